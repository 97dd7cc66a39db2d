"""Signing up and in: ask for a code, prove the number, leave. Both doors go through here."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from accounts import notices, signals, standing
from accounts.errors import AccountInactive, CodeNotFound, UserExists, UserNotFound
from accounts.flows import codes
from accounts.flows.codes import CodeRequest, CodeSent
from accounts.models import Session, User
from accounts.models.account import Account
from accounts.models.challenge import Challenge
from accounts.models.phone_otp import Purpose
from accounts.models.security_event import Kind
from accounts.models.session import UNKNOWN_DEVICE, Device
from accounts.refresh_tokens import RefreshToken
from loopin.errors import LoopinError


@dataclass(frozen=True)
class SignedIn:
    account: Account
    session_id: UUID
    refresh_token: RefreshToken


def request_signup_code(phone_number: str, asked: CodeRequest) -> CodeSent:
    """Send a code to somebody who wants an account; an unfinished one counts as none.

    Raises UserExists or AccountInactive (neither with `UNIFIED_SIGNUP`), and what `request_code`
    does.
    """
    known = standing.of(phone_number)
    if known.account is not None and not settings.UNIFIED_SIGNUP:
        if known.account.has_profile:
            raise UserExists
        _refuse_inactive(known.account)
    return codes.send(phone_number, Purpose.SIGN_IN, asked, known=known)


def request_login_code(phone_number: str, asked: CodeRequest) -> CodeSent:
    """Send a code to somebody who has an account.

    Raises UserNotFound or AccountInactive (neither with `UNIFIED_SIGNUP`), and what `request_code`
    does.
    """
    known = standing.of(phone_number)
    if not settings.UNIFIED_SIGNUP:
        if known.account is None:
            raise UserNotFound
        _refuse_inactive(known.account)
    return codes.send(phone_number, Purpose.SIGN_IN, asked, known=known)


def request_code(phone_number: str, asked: CodeRequest) -> CodeSent:
    """Send a code to anybody, alike for known and unknown numbers.

    Raises what `codes.send` does.
    """
    return codes.send(phone_number, Purpose.SIGN_IN, asked)


def _refuse_inactive(account: Account) -> None:
    if not account.is_active:
        raise AccountInactive


def verify_code(phone_number: str, otp_code: str, device: Device = UNKNOWN_DEVICE) -> SignedIn:
    """Exchange the right code for a session, creating the account on the first time.

    The guess is counted and committed before it is compared; using the code up, the account and
    the session then commit together or not at all.

    Raises AccountInactive and what `codes.prove` does.
    """
    client_ip = device.ip_address or ""
    challenge = codes.prove(phone_number, Purpose.SIGN_IN, otp_code, client_ip=client_ip)
    outcome = _sign_in(challenge, device)
    if isinstance(outcome, LoopinError):
        raise outcome
    notices.number_went(outcome.account.displaced)
    return outcome


@transaction.atomic
def _sign_in(challenge: Challenge, device: Device) -> SignedIn | LoopinError:
    """Errors are returned, not raised: the code stays used up."""
    if not challenge.consume():
        return CodeNotFound()
    account = User.objects.with_proven_phone(challenge.address)
    signals.phone_verified.send(User, phone_number=account.phone_number, account=account)
    if not account.is_active:
        return AccountInactive()
    return start_session(account, device)


def start_session(account: Account, device: Device, *, kind: Kind = Kind.SIGNED_IN) -> SignedIn:
    """Sign a device in to an account whose owner has proven to be it; `kind`: by what."""
    session_id = uuid4()
    refresh_token = RefreshToken.draw(session_id)
    Session.objects.start(
        account.pk,
        device,
        session_id=session_id,
        refresh_token=refresh_token,
        phone_number=account.phone_number,
        kind=kind,
    )
    return SignedIn(account, session_id, refresh_token)


def sign_out(session_id: UUID) -> None:
    """End one session at once, in whichever door it was opened."""
    Session.objects.filter(pk=session_id).revoke()
