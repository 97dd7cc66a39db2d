"""Finds the messages that a process left in the middle: nobody knows whether they left.

They are not sent again, because they may have arrived. Whoever waits for one asks for another code.
"""

import logging

from django.db import transaction

from accounts import signals
from accounts.models import Message, PhoneOTP
from accounts.models.phone_otp import Purpose

logger = logging.getLogger(__name__)


@transaction.atomic
def give_up() -> int:
    """Mark them as unknown, and tell of them; returns how many. A run that is killed marks none."""
    lost = Message.objects.give_up()
    for purpose, recipient in lost:
        if recipient is not None:
            signals.code_unconfirmed.send(PhoneOTP, recipient=recipient, purpose=Purpose(purpose))
    if lost:
        logger.warning("Nobody knows whether %d messages left: their process has ended", len(lost))
    return len(lost)
