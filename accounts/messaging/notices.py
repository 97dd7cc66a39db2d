"""Tells people what happened to their account.

A notice is stored in the transaction of what it tells of and sent after the commit. One that is not
taken does not fail the request: the worker sends it again, for about a day
(docs/decisions/048-notices-wait-in-a-table.md).

An e-mail address that nobody has proven may be a stranger's, whom somebody else named. It gets a
few notices a day at most, whoever causes them.
"""

import logging
from collections.abc import Iterable, Sequence
from functools import partial

from django.utils import translation
from django.utils.translation import gettext

from accounts import limits
from accounts.messaging import delivery, wording
from accounts.messaging import email as mail
from accounts.messaging.errors import NumberRefused
from accounts.messaging.notice_texts import TEXTS
from accounts.models import PendingNotice, User
from accounts.models.pending_notice import NoticeKind, is_mailbox
from loopin.background import periodic, retries
from loopin.background.after_commit import after_commit
from loopin.logs.error_location import location_of

logger = logging.getLogger(__name__)

MOST_CLAIMS_TOLD = 5
"""How many accounts are told that they lost one number: anybody can claim a number in many
accounts, and the mails are sent while its owner waits."""

MINUTE, HOUR = 60, 60 * 60
WAITS_SECONDS = (
    *(MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE),
    *(HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 8 * HOUR),
)
"""After each failed attempt: ten in about a day, longer than a mail server or a provider is usually
out of order. Whoever reads of a stranger's change later than that has noticed it otherwise."""


def password_changed(user: User) -> None:
    """Tell the person by SMS to their verified number, and by e-mail."""
    if user.phone_number:
        _store(NoticeKind.PASSWORD_CHANGED, user, [user.phone_number])
    _store_mail(NoticeKind.PASSWORD_CHANGED, user, user.email, is_proven=user.is_email_verified)


def phone_changed(user: User, old_number: str) -> None:
    _store(NoticeKind.PHONE_CHANGED, user, [old_number])


def claimed_number_lost(user_ids: Sequence[int]) -> None:
    """Tell the accounts that claimed a number which somebody else has verified: a few of them."""
    if not user_ids:
        return
    claimants = User.objects.filter(pk__in=user_ids).exclude(email="").order_by("pk")
    told = claimants[:MOST_CLAIMS_TOLD]
    # In one order of addresses, so that two requests that count for the same ones cannot deadlock.
    for user in sorted(told, key=lambda user: user.email.lower()):
        _store_mail(NoticeKind.CLAIMED_NUMBER_LOST, user, user.email, is_proven=False)


def email_changed(user: User, old_email: str, *, is_proven: bool) -> None:
    """`is_proven`: whether the old address was proven to be the person's."""
    _store_mail(NoticeKind.EMAIL_CHANGED, user, old_email, is_proven=is_proven)


def second_factor_added(user: User, device: str) -> None:
    """Tell a member of staff, whose address an administrator entered. `device`: a label."""
    if not user.email:
        logger.warning("User %d has no e-mail address to be told of the second factor", user.pk)
        return
    values = {"username": user.username, "device": gettext(device)}
    _store(NoticeKind.SECOND_FACTOR_ADDED, user, [user.email], values)


def numbers_harvested(emails: Iterable[str], user: User, name: str) -> None:
    """Tell those who look after the desk that somebody may be collecting numbers. `name`: theirs,
    as staff know it."""
    _store(NoticeKind.NUMBERS_HARVESTED, user, emails, {"name": name})


def _store_mail(kind: NoticeKind, user: User, email: str, *, is_proven: bool) -> None:
    """Addresses that are not proven share a limit, which nobody can use up for proven ones."""
    if not email:
        return
    limit = limits.NOTICES_TO_UNPROVEN.limit_for(email.lower())
    if is_proven or limits.try_spend(limit):
        _store(kind, user, [email])
    else:
        logger.warning("A notice to an address that is not proven was left out")


def _store(
    kind: NoticeKind, user: User, recipients: Iterable[str], values: dict[str, str] | None = None
) -> None:
    reachable = [one for one in recipients if mail.is_configured() or not is_mailbox(one)]
    if not reachable:
        logger.warning("A notice (%s) was left out: nobody can be reached", kind.value)
        return
    language = wording.language()
    stored = PendingNotice.objects.add(
        kind, reachable, user=user, language=language, values=values or {}
    )
    for notice in stored:
        after_commit("Sending a notice", partial(deliver, notice))


def deliver(notice: PendingNotice) -> None:
    """Send a notice whose attempt is counted. Its row goes, or waits for the next attempt.

    Call it with no transaction open: it may take some seconds.
    """
    try:
        _send(notice)
    except NumberRefused:
        logger.warning("A notice (%s) was refused for good", notice.kind)
    except Exception as error:  # whatever stands in the way may have gone by the next attempt
        _put_off(notice, location_of(error))
        return
    notice.delete()


def _put_off(notice: PendingNotice, reason: str) -> None:
    wait = retries.wait_after(notice.attempts, WAITS_SECONDS)
    if wait is None:
        logger.error("A notice (%s) was given up: %s", notice.kind, reason)
        notice.delete()
        return
    logger.warning("A notice (%s) is sent later: %s", notice.kind, reason)
    PendingNotice.objects.put_off(notice, wait)


def _send(notice: PendingNotice) -> None:
    """Raises whatever the provider or the mail server is in trouble with."""
    with translation.override(notice.language):
        words = TEXTS[NoticeKind(notice.kind)]
        text = str(words.text) % notice.values if notice.values else str(words.text)
        if notice.is_mail:
            mail.send(notice.recipient, str(words.subject), text)
        else:
            delivery.send_text(notice.recipient, text)


def deliver_due() -> None:
    """Send what was not taken, and what an ended process left."""
    while not periodic.stopping.is_set() and (notice := PendingNotice.objects.take()):
        deliver(notice)
