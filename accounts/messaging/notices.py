"""Tells people what happened to their account. A notice that cannot be sent does not undo it."""

import logging
from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.errors import EmailUnavailable, NumberRefused, SmsUnavailable
from accounts.messaging import delivery
from accounts.messaging import email as mail
from accounts.models import User

logger = logging.getLogger(__name__)

PASSWORD_CHANGED = _(
    "The password of your Loopin account was changed. If that was not you, set another one with"
    " your phone, and contact support."
)
CLAIMED_NUMBER_LOST = _(
    "Somebody else proved that the phone number you gave is theirs, so it is no longer on your"
    " Loopin account. Log in to add your own number."
)
PHONE_CHANGED = _(
    "Your Loopin account has another phone number from now on, and this one no longer signs in."
    " If that was not you, please contact support."
)
EMAIL_CHANGED = _(
    "Your Loopin account has another e-mail address from now on. If that was not you, please"
    " contact support."
)

NUMBERS_HARVESTED = _(
    "%(name)s searched the leads of Loopin for one number after another. If you do not know why,"
    " please ask, and look at the security log."
)


def password_changed(user: User) -> None:
    """Tell the person by SMS to their verified number, and by e-mail."""
    if user.phone_number:
        _tell(delivery.send_text, user.phone_number, PASSWORD_CHANGED)
    if user.email:
        _tell(_mail(_("Your password was changed")), user.email, PASSWORD_CHANGED)


def phone_changed(old_number: str) -> None:
    _tell(delivery.send_text, old_number, PHONE_CHANGED)


def claimed_number_lost(emails: Iterable[str]) -> None:
    """Tell the accounts that claimed a number which somebody else has verified."""
    for email in emails:
        _tell(_mail(_("Your phone number")), email, CLAIMED_NUMBER_LOST)


def email_changed(old_email: str) -> None:
    _tell(_mail(_("Your e-mail address was changed")), old_email, EMAIL_CHANGED)


def numbers_harvested(emails: Iterable[str], name: str) -> None:
    """Tell those who look after the desk that somebody may be collecting numbers."""
    for email in emails:
        _tell(_mail(_("Many searches for numbers")), email, NUMBERS_HARVESTED % {"name": name})


def _mail(subject: StrOrPromise) -> Callable[[str, str], None]:
    return lambda recipient, text: mail.send(recipient, str(subject), text)


def _tell(send: Callable[[str, str], None], recipient: str, text: StrOrPromise) -> None:
    try:
        send(recipient, str(text))
    except (NumberRefused, SmsUnavailable, EmailUnavailable):
        logger.warning("Somebody could not be told of a change of their account")
