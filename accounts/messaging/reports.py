"""What became of the message with a code, as the provider reports it later."""

import re

from django.db import transaction

from accounts import signals
from accounts.models import PhoneOTP
from accounts.models.phone_otp import Purpose
from accounts.models.user import E164_PATTERN

DELIVERED = {"delivered", "completed"}
LOST = {"undelivered", "failed", "busy", "no-answer"}
"""The statuses after which no other comes, of messages and of calls; those on the way there are
nobody's business.

https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
https://www.twilio.com/docs/voice/api/call-resource#call-status-values
"""

UNANSWERED = {"busy", "no-answer"}

REASONS = {
    "21610": "unsubscribed",
    "30003": "unreachable",
    "30004": "blocked",
    "30005": "unknown_number",
    "30006": "landline",
    "30007": "filtered",
    "63024": "unreachable",
}
"""Twilio's codes that say something about the number; https://www.twilio.com/docs/api/errors"""

OTHER_REASON = "not_delivered"


@transaction.atomic
def note(phone_number: str, *, purpose: str, status: str, error_code: str) -> None:
    """Pass a report on. Reports repeat, and come in any order; each is passed on as it comes."""
    if purpose not in Purpose.values or not re.match(E164_PATTERN, phone_number):
        return
    about = {"phone_number": phone_number, "purpose": Purpose(purpose)}
    if status in DELIVERED:
        signals.code_delivered.send(PhoneOTP, **about)
    if status in LOST:
        otherwise = "unreachable" if status in UNANSWERED else OTHER_REASON
        reason = REASONS.get(error_code, otherwise)
        signals.code_undelivered.send(PhoneOTP, **about, reason=reason)
