"""The words of notices, which a person reads who may not know what happened to their account."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models.pending_notice import NoticeKind


@dataclass(frozen=True)
class NoticeText:
    """`subject`: of an e-mail; an SMS has none. `text`: with what a notice's `values` name."""

    subject: StrOrPromise
    text: StrOrPromise


TEXTS = {
    NoticeKind.PASSWORD_CHANGED: NoticeText(
        _("Your password was changed"),
        _(
            "The password of your Loopin account was changed. If that was not you, set another one"
            " with your phone, and contact support."
        ),
    ),
    NoticeKind.CLAIMED_NUMBER_LOST: NoticeText(
        _("Your phone number"),
        _(
            "Somebody else proved that the phone number you gave is theirs, so it is no longer on"
            " your Loopin account. Log in to add your own number."
        ),
    ),
    NoticeKind.PHONE_CHANGED: NoticeText(
        "",
        _(
            "Your Loopin account has another phone number from now on, and this one no longer signs"
            " in. If that was not you, please contact support."
        ),
    ),
    NoticeKind.EMAIL_CHANGED: NoticeText(
        _("Your e-mail address was changed"),
        _(
            "Your Loopin account has another e-mail address from now on. If that was not you,"
            " please contact support."
        ),
    ),
    NoticeKind.NUMBERS_HARVESTED: NoticeText(
        _("Many searches for numbers"),
        _(
            "%(name)s searched the leads of Loopin for one number after another. If you do not know"
            " why, please ask, and look at the security log."
        ),
    ),
    NoticeKind.SECOND_FACTOR_ADDED: NoticeText(
        _("A second factor was set up"),
        _(
            "A second factor was set up for your Loopin staff account %(username)s, in %(device)s."
            " If that was not you, tell an administrator at once."
        ),
    ),
}
