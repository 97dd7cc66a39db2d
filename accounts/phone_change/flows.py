"""Moves an account to another number. The person proves the new number, and unless they just signed
in by phone also the old one."""

from contextlib import suppress
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction

from accounts import limits, signals
from accounts.codes import flows as codes
from accounts.codes import message_limits
from accounts.codes.challenge import Challenge
from accounts.codes.flows import CodeSent
from accounts.codes.request import CodeRequest
from accounts.errors import CodeNotFound, PhoneTaken, ResendTooSoon
from accounts.messaging import notices
from accounts.models import PhoneOTP, Session, User
from accounts.models.known_device import DeviceProof
from accounts.models.phone_otp import Purpose
from accounts.models.session import Caller
from accounts.phone_change.errors import OldCodeRequired
from accounts.sessions.user_agent import Device
from loopin.errors import Forbidden, LoopinError, raises


@dataclass(frozen=True)
class ChangeCodeSent(CodeSent):
    """`needs_old_code`: whether a second code went to the old number, and has to come back too."""

    needs_old_code: bool


@raises(Forbidden, PhoneTaken, codes.send, without=codes.EMAIL_ERRORS)
def request_code(caller: Caller, phone_number: str, code_request: CodeRequest) -> ChangeCodeSent:
    """Send a code to the new number, and one to the old unless the person just signed in by phone.

    Where known and unknown numbers get the same answer, only whoever types the code of another
    account's number learns that it is taken. Forbidden to accounts without a number.
    """
    old_number = _number_of(caller)
    limits.spend([limits.CLAIMS_OF_ACCOUNT.limit_for(caller.user_id)])
    if phone_number == old_number:
        raise PhoneTaken
    if not code_request.is_unified and User.objects.filter(phone_number=phone_number).exists():
        message_limits.spend_refusal(code_request.client_ip)
        raise PhoneTaken
    needs_old_code = not Session.objects.is_fresh(caller.session_id)
    sent = codes.send(phone_number, Purpose.CHANGE_PHONE, code_request)
    if needs_old_code:
        _send_once(old_number, code_request)
    return ChangeCodeSent(**asdict(sent), needs_old_code=needs_old_code)


def _send_once(phone_number: str, code_request: CodeRequest) -> None:
    with suppress(ResendTooSoon):  # the last code can still be used
        codes.send(phone_number, Purpose.CHANGE_PHONE, code_request)


@raises(Forbidden, OldCodeRequired, codes.prove, PhoneTaken)
def change(
    caller: Caller,
    phone_number: str,
    otp_code: str,
    old_otp_code: str | None,
    device: Device,
) -> DeviceProof:
    """Put the new number in the place of the old one, which is told; other devices are signed out.

    All devices become strangers. Returns what the caller's proves from here on.

    The code of the old number is required when the sign-in is older than 5 minutes, or was by
    password. Forbidden to accounts without a number.
    """
    old_number = _number_of(caller)
    challenges = []
    if not Session.objects.is_fresh(caller.session_id):
        challenges.append(_prove_old(old_number, old_otp_code, device))
    challenges.append(codes.prove(phone_number, Purpose.CHANGE_PHONE, otp_code, device))
    outcome = _change(caller, phone_number, challenges)
    if isinstance(outcome, LoopinError):
        raise outcome
    return outcome


def _prove_old(phone_number: str, otp_code: str | None, device: Device) -> Challenge:
    if not otp_code:
        raise OldCodeRequired
    try:
        return codes.prove(phone_number, Purpose.CHANGE_PHONE, otp_code, device)
    except LoopinError as error:
        error.rename_fields({"otp_code": "old_otp_code"})
        raise


@transaction.atomic
def _change(
    caller: Caller, phone_number: str, challenges: list[Challenge]
) -> DeviceProof | LoopinError:
    """Move the account, and return the proof for the caller's device.

    Errors are returned, because raising one would roll back that the codes were used.
    """
    if not all(challenge.consume() for challenge in challenges):
        return CodeNotFound()
    user = User.objects.select_for_update().get(pk=caller.user_id)
    if user.phone_number != caller.phone_number:
        return CodeNotFound()
    try:
        with transaction.atomic():
            user.move_to(phone_number)
    except IntegrityError:
        return PhoneTaken()
    displaced_ids = User.objects.release_claims(phone_number)
    PhoneOTP.objects.filter(recipient=caller.phone_number).delete()
    Session.objects.filter(user=user).exclude(pk=caller.session_id).revoke()
    signals.phone_changed.send(User, user_id=user.pk, phone_number=phone_number)
    notices.phone_changed(user, _number_of(caller))
    notices.claimed_number_lost(displaced_ids)
    return User.objects.revoke_devices(user.pk)


def _number_of(caller: Caller) -> str:
    if caller.phone_number is None:
        raise Forbidden
    return caller.phone_number
