"""Lets staff set up their second factor: by an invitation, in the one session that used it.

A password alone sets up nothing, so whoever stole one before its owner's first sign-in gets no
second factor. The key belongs to a session, so nobody else with the password sees it.
"""

import logging
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import limits
from accounts.messaging import email as mail
from accounts.messaging import notices
from accounts.models import (
    ApiToken,
    AuthenticatorApp,
    Enrolment,
    RecoveryCode,
    SecurityEvent,
    Session,
    User,
)
from accounts.models.authenticator_app import reencrypt_key
from accounts.models.enrolment import hash_token
from accounts.models.recovery_code import normalize
from accounts.models.security_event import Kind
from accounts.staff.errors import (
    AddressMissing,
    AlreadyEnrolled,
    InvitationOver,
    NotInvited,
    WrongSecondFactor,
)
from accounts.staff.flows import is_enrolled
from loopin.errors import raises
from loopin.web.site_address import get_site_url

logger = logging.getLogger(__name__)


@raises(AlreadyEnrolled)
def invite(user_id: int) -> str:
    """Make an invitation for a member of staff, and return its link.

    The link works once, within 24 hours, and together with the password. Earlier ones end.
    """
    return get_site_url() + reverse("invitation", args=[_invite(user_id)])


@transaction.atomic
def _invite(user_id: int) -> str:
    User.objects.select_for_update().get(pk=user_id, is_staff=True)
    if is_enrolled(user_id):
        raise AlreadyEnrolled
    SecurityEvent.objects.record(Kind.STAFF_INVITED, user_id=user_id)
    return Enrolment.objects.invite(user_id)


@raises(AddressMissing, limits.spend, invite, mail.send)
def send_invitation(user: User) -> None:
    """Send an invitation to the e-mail address of a member of staff.

    Call it with no transaction open. The sender does not see the link.
    """
    if not user.email:
        raise AddressMissing
    counted = (user.pk, user.email.lower())
    limits.spend([limits.INVITATIONS_TO_MEMBER.limit_for(one) for one in counted])
    text = _(
        "You are invited to work at Loopin as %(username)s. Open this link, sign in with your"
        " password, and set up your second factor. It works once, for 24 hours: %(link)s"
    )
    values = {"username": user.username, "link": invite(user.pk)}
    mail.send(user.email, _("Your invitation to Loopin"), text % values)


@raises(InvitationOver)
def find_invitation(token: str) -> int:
    """The id of the unused invitation with this token, which stays unused."""
    invitation = Enrolment.objects.unused().filter(token_hash=hash_token(token)).first()
    if invitation is None:
        raise InvitationOver
    return invitation.pk


@raises(NotInvited)
def begin(user: User, session_id: UUID, invitation_id: int | None = None) -> AuthenticatorApp:
    """The app that this session may set up, not saved; the same one until it is confirmed.

    `invitation_id`: of the link that was opened in this browser. It is used up here, unless it is
    somebody else's.
    """
    if invitation_id is not None:
        Enrolment.objects.take(invitation_id, user_id=user.pk, session_id=session_id)
    enrolment = Enrolment.objects.filter(user_id=user.pk, session_id=session_id).first()
    if enrolment is None:
        raise NotInvited
    return AuthenticatorApp(user=user, key=enrolment.key)


@transaction.atomic
def begin_move(user_id: int, session_id: UUID) -> None:
    """Let this session, whose second factor was right a moment ago, set up another app.

    The app before works until then.
    """
    User.objects.select_for_update().get(pk=user_id)
    Enrolment.objects.invite(user_id)
    invitation = Enrolment.objects.get(user_id=user_id)
    Enrolment.objects.take(invitation.pk, user_id=user_id, session_id=session_id)


@raises(WrongSecondFactor)
def confirm(user: User, session_id: UUID, code: str, *, device: str) -> list[str]:
    """Confirm that the app has this session's key, by its first code; tell the owner by e-mail.

    It replaces an app before, and ends every other session, enrolment and API token. Returns the
    recovery codes, shown once. `device`: a label of the browser, for the e-mail.
    """
    codes = _confirm(user, session_id, normalize(code), device)
    if codes is None:
        raise WrongSecondFactor
    logger.info("User %d set up a second factor", user.pk)
    return codes


@transaction.atomic
def _confirm(user: User, session_id: UUID, code: str, device: str) -> list[str] | None:
    user_id = user.pk
    User.objects.select_for_update().get(pk=user_id)
    enrolment = Enrolment.objects.filter(user_id=user_id, session_id=session_id).first()
    if enrolment is None:
        return None
    AuthenticatorApp.objects.filter(user_id=user_id).delete()
    app = AuthenticatorApp.objects.create(user_id=user_id, key=enrolment.key)
    if not app.verify_token(code):
        transaction.set_rollback(True)  # the guess need not be counted: this session sees the key
        return None
    Enrolment.objects.filter(user_id=user_id).delete()
    Session.objects.filter(user_id=user_id).exclude(pk=session_id).revoke()
    ApiToken.objects.filter(user_id=user_id).revoke()
    SecurityEvent.objects.record(Kind.SECOND_FACTOR_ADDED, user_id=user_id, session_id=session_id)
    notices.second_factor_added(user, device)
    return RecoveryCode.objects.renew(user_id)


@transaction.atomic
def reencrypt_keys() -> int:
    """Encrypt the key of every app anew with the first of `ENCRYPTION_KEYS`; returns how many.

    Raises DecryptionFailed, and changes nothing, if one cannot be decrypted.
    """
    apps = list(AuthenticatorApp.objects.select_for_update().order_by("pk"))
    begun = list(Enrolment.objects.exclude(key="").select_for_update().order_by("pk"))
    for row in [*apps, *begun]:
        row.key = reencrypt_key(row.key, row.user_id)
        row.save(update_fields=["key"])
    return len(apps) + len(begun)
