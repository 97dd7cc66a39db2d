"""Signs people up and in by phone: sends a code, and exchanges the right one for a session."""

from django.db import transaction

from accounts import signals
from accounts.codes import flows as codes
from accounts.codes import message_limits
from accounts.codes.challenge import Challenge
from accounts.codes.claims import proven_consent
from accounts.codes.flows import CodeSent
from accounts.codes.request import CodeRequest
from accounts.errors import AccountInactive, CodeNotFound, UserNotFound
from accounts.messaging import notices
from accounts.models import User
from accounts.models.account import Account
from accounts.models.phone_otp import Purpose
from accounts.sessions.flows import SignedIn, start_session
from accounts.sessions.user_agent import UNKNOWN, Device
from accounts.signin.errors import UserExists
from loopin.errors import LoopinError, raises


@raises(UserExists, AccountInactive, codes.send, without=codes.EMAIL_ERRORS)
def request_signup_code(phone_number: str, code_request: CodeRequest) -> CodeSent:
    """Send a code to sign up. An account without a complete profile counts as none.

    With `UNIFIED_SIGNUP` all numbers get the same answer.
    """
    recipient_risk = codes.find_risk(phone_number, Purpose.SIGN_IN, code_request)
    if recipient_risk.account is not None and not code_request.is_unified:
        if recipient_risk.account.has_profile:
            message_limits.spend_refusal(code_request.client_ip)
            raise UserExists
        _refuse_inactive(recipient_risk.account, code_request)
    return codes.send(phone_number, Purpose.SIGN_IN, code_request, recipient_risk=recipient_risk)


@raises(UserNotFound, AccountInactive, codes.send, without=codes.EMAIL_ERRORS)
def request_login_code(phone_number: str, code_request: CodeRequest) -> CodeSent:
    """Send a code to somebody who has an account.

    With `UNIFIED_SIGNUP` all numbers get the same answer.
    """
    recipient_risk = codes.find_risk(phone_number, Purpose.SIGN_IN, code_request)
    if not code_request.is_unified:
        if recipient_risk.account is None:
            message_limits.spend_refusal(code_request.client_ip)
            raise UserNotFound
        _refuse_inactive(recipient_risk.account, code_request)
    return codes.send(phone_number, Purpose.SIGN_IN, code_request, recipient_risk=recipient_risk)


@raises(codes.send, without=codes.EMAIL_ERRORS)
def request_code(phone_number: str, code_request: CodeRequest) -> CodeSent:
    """Send a code to anybody, alike for known and unknown numbers."""
    return codes.send(phone_number, Purpose.SIGN_IN, code_request)


def _refuse_inactive(account: Account, code_request: CodeRequest) -> None:
    if not account.is_active:
        message_limits.spend_refusal(code_request.client_ip)
        raise AccountInactive


@raises(codes.prove, AccountInactive)
def verify_code(phone_number: str, otp_code: str, device: Device = UNKNOWN) -> SignedIn:
    """Exchange the right code for a session, creating the account on the first time.

    The guess is counted and committed before it is compared; using the code up, the account and
    the session then commit together or not at all.
    """
    challenge = codes.prove(phone_number, Purpose.SIGN_IN, otp_code, device)
    outcome = _sign_in(challenge, device)
    if isinstance(outcome, LoopinError):
        raise outcome
    return outcome


@transaction.atomic
def _sign_in(challenge: Challenge, device: Device) -> SignedIn | LoopinError:
    """Errors are returned, because raising one would roll back that the code was used."""
    consumed = challenge.consume()
    if consumed is None:
        return CodeNotFound()
    account = User.objects.get_or_create_verified(challenge.recipient)
    signals.phone_verified.send(
        User,
        phone_number=account.phone_number,
        account=account,
        name="",
        email=account.email,
        contact_consent=proven_consent(consumed.claims, client_ip=device.client_ip),
    )
    if not account.is_active:
        return AccountInactive()
    notices.claimed_number_lost(account.displaced_ids)
    return start_session(account, device)
