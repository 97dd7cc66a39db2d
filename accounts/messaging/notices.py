"""Tells people what happened to their account. A notice that cannot be sent does not undo it.

An e-mail address that nobody has proven may be a stranger's, whom somebody else named. It gets a
few notices a day at most, whoever causes them.
"""

import logging
from collections.abc import Callable, Iterable
from itertools import islice

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts import limits
from accounts.errors import EmailUnavailable, NumberRefused, SmsUnavailable
from accounts.messaging import delivery
from accounts.messaging import email as mail
from accounts.models import User

logger = logging.getLogger(__name__)

MOST_CLAIMS_TOLD = 5
"""How many accounts are told that they lost one number: anybody can claim a number in many
accounts, and the mails are sent while its owner waits."""

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


SECOND_FACTOR_ADDED = _(
    "A second factor was set up for your Loopin staff account %(username)s, in %(device)s. If that"
    " was not you, tell an administrator at once."
)


def password_changed(user: User) -> None:
    """Tell the person by SMS to their verified number, and by e-mail."""
    if user.phone_number:
        _tell(delivery.send_text, user.phone_number, PASSWORD_CHANGED)
    if user.email:
        subject = _("Your password was changed")
        _tell_by_mail(user.email, subject, PASSWORD_CHANGED, is_proven=user.is_email_verified)


def phone_changed(old_number: str) -> None:
    _tell(delivery.send_text, old_number, PHONE_CHANGED)


def claimed_number_lost(emails: Iterable[str]) -> None:
    """Tell the accounts that claimed a number which somebody else has verified: a few of them."""
    for email in islice(emails, MOST_CLAIMS_TOLD):
        _tell_by_mail(email, _("Your phone number"), CLAIMED_NUMBER_LOST, is_proven=False)


def email_changed(old_email: str, *, is_proven: bool) -> None:
    """`is_proven`: whether the old address was proven to be the person's."""
    _tell_by_mail(
        old_email, _("Your e-mail address was changed"), EMAIL_CHANGED, is_proven=is_proven
    )


def second_factor_added(user: User, device: str) -> None:
    """Tell a member of staff, whose address an administrator entered. `device`: a label."""
    if not user.email:
        logger.warning("User %d has no e-mail address to be told of the second factor", user.pk)
        return
    values = {"username": user.username, "device": gettext(device)}
    text = str(SECOND_FACTOR_ADDED) % values
    _tell_by_mail(user.email, _("A second factor was set up"), text, is_proven=True)


def _tell_by_mail(
    recipient: str, subject: StrOrPromise, text: StrOrPromise, *, is_proven: bool
) -> None:
    """Addresses that are not proven share a limit, which nobody can use up for proven ones."""
    limit = limits.NOTICES_TO_UNPROVEN.limit_for(recipient.lower())
    if is_proven or limits.try_spend(limit):
        _tell(_mail(subject), recipient, text)
    else:
        logger.warning("A notice to an address that is not proven was left out")


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
