"""Starts, renews, lists and ends sessions."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from accounts import signals
from accounts.errors import AccountInactive, InvalidToken, TokenExpired
from accounts.models import Session, User
from accounts.models.account import Account
from accounts.models.known_device import DeviceProof
from accounts.models.security_event import Kind
from accounts.models.session import Caller, SessionState
from accounts.sessions.errors import SessionNotFound
from accounts.sessions.refresh_tokens import RefreshToken
from accounts.sessions.user_agent import Device
from loopin.errors import LoopinError, raises


@dataclass(frozen=True)
class Refreshed:
    """A renewed session: its caller, and the refresh token to use next time."""

    caller: Caller
    refresh_token: RefreshToken


@raises(RefreshToken.parse, TokenExpired, AccountInactive)
def refresh(refresh_token: str) -> Refreshed:
    """Exchange a refresh token for its successor.

    The parent of the current token gets the same successor once more while nothing shows that an
    answer with it arrived, and for 10 seconds after the last answer, because two calls may cross.
    Any other used token was copied, and nobody can tell which of the two is the thief: the session
    ends for both. After 30 days the session has expired.
    """
    token = RefreshToken.parse(refresh_token)
    successor = token.successor()
    caller: Caller | None = Session.objects.rotate(
        token.session_id, presented=token.hash, successor=successor.hash
    )
    if caller is None:
        raise _refuse(token)
    return Refreshed(caller, successor)


@transaction.atomic
def _refuse(token: RefreshToken) -> LoopinError:
    """The error is returned, because raising it would roll back that the session ended."""
    state = Session.objects.lock_state(token.session_id)
    error = _refusal(state)
    if state is None or error is not None:
        return error or InvalidToken()
    User.objects.revoke_devices(state.caller.user_id)
    Session.objects.filter(pk=token.session_id).revoke()
    signals.refresh_reused.send(
        Session,
        user_id=state.caller.user_id,
        session_id=token.session_id,
        phone_number=state.caller.phone_number,
    )
    return InvalidToken()


def _refusal(state: SessionState | None) -> LoopinError | None:
    if state is None or state.is_revoked:
        return InvalidToken()
    if state.is_expired:
        return TokenExpired()
    return None if state.caller.is_active else AccountInactive()


def live_sessions(user_id: int) -> list[Session]:
    """The person's live sessions, the last used first."""
    return list(Session.objects.filter(user_id=user_id).live().last_used_first())


@raises(SessionNotFound)
@transaction.atomic
def end(session_id: UUID, *, user_id: int) -> DeviceProof:
    """Sign one of the person's devices out: not somebody else's, nor one that is over.

    All devices become strangers, because nobody knows which of them that one was. Returns what the
    device of the request proves from here on.
    """
    proof = User.objects.revoke_devices(user_id)
    if not Session.objects.filter(pk=session_id, user_id=user_id).live().revoke():
        raise SessionNotFound
    return proof


@transaction.atomic
def end_others(session_id: UUID, *, user_id: int) -> tuple[int, DeviceProof]:
    """Sign out all other devices of the person, which become strangers.

    Returns how many there were, and what the device of the request proves from here on.
    """
    proof = User.objects.revoke_devices(user_id)
    ended = Session.objects.filter(user_id=user_id).exclude(pk=session_id).live().revoke()
    return ended, proof


@dataclass(frozen=True)
class SignedIn:
    account: Account
    refresh_token: RefreshToken

    @property
    def session_id(self) -> UUID:
        return self.refresh_token.session_id


def start_session(account: Account, device: Device, *, kind: Kind) -> SignedIn:
    """Sign a device in to an account after its owner was authenticated; `kind`: how."""
    refresh_token = RefreshToken.generate(uuid4())
    about = about_session(device, refresh_token, account.phone_number)
    Session.objects.start(account.pk, **about, kind=kind)
    return SignedIn(account, refresh_token)


def about_session(
    device: Device, refresh_token: RefreshToken, phone_number: str | None
) -> dict[str, Any]:
    """What the row of a session has of the device and its refresh token."""
    return {
        "session_id": refresh_token.session_id,
        "device": device.label,
        "device_name": device.name,
        "ip_address": device.ip_address,
        "refresh_hash": refresh_token.hash,
        "phone_number": phone_number,
    }


@raises()
def sign_out(session_id: UUID) -> None:
    """End one session at once, whether it was started through the API or the pages."""
    Session.objects.filter(pk=session_id).revoke()
