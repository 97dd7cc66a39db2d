"""Signs people up and in by phone: sends a code, and exchanges the right one for a session."""

from contextlib import nullcontext
from uuid import uuid4

from django.db import transaction

from accounts.codes import announcements, message_limits
from accounts.codes import flows as codes
from accounts.codes.challenge import Challenge
from accounts.codes.claims import proven_consent
from accounts.codes.flows import CodeSent
from accounts.codes.request import CodeRequest
from accounts.consent import flows as consent_flows
from accounts.errors import AccountInactive, CodeNotFound, UserNotFound
from accounts.messaging import notices
from accounts.models import Session, User
from accounts.models.account import OF_NEWCOMER, Account
from accounts.models.phone_otp import Purpose
from accounts.models.phone_otp_sql import PROVEN_BY_CODE
from accounts.sessions.flows import SignedIn, about_session
from accounts.sessions.refresh_tokens import RefreshToken
from accounts.sessions.user_agent import UNKNOWN, Device
from accounts.signin.errors import UserExists
from loopin.errors import LoopinError, raises
from loopin.request_facts import note_caller
from loopin.statements.composed import Part


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
    the session are then one statement. What is rare needs more of them, and a transaction.
    """
    challenge = codes.prove(phone_number, Purpose.SIGN_IN, otp_code, device)
    consent = proven_consent(challenge.claims, client_ip=device.client_ip)
    with transaction.atomic() if challenge.has_more_to_tell else nullcontext():
        outcome = _sign_in(challenge, device, consent)
    if isinstance(outcome, LoopinError):
        raise outcome
    return outcome


def _sign_in(
    challenge: Challenge, device: Device, contact_consent: bool | None
) -> SignedIn | LoopinError:
    """Errors are returned, because raising one would roll back that the code was used."""
    refresh_token = RefreshToken.generate(uuid4())
    rows = User.objects.run_with_owner(
        challenge.consume_part(),
        Part(PROVEN_BY_CODE),
        User.objects.owner_part(),
        Session.objects.start_part(**about_session(device, refresh_token, challenge.recipient)),
        Part(OF_NEWCOMER),
        *announcements.parts_of_verified(challenge.recipient, contact_consent),
    )
    if rows is None:
        return CodeNotFound()
    account = Account(*rows[2])
    if account.has_profile and contact_consent is not None:
        consent_flows.change(account.pk, challenge.recipient, contact_consent=contact_consent)
    notices.claimed_number_lost(account.displaced_ids)
    if not account.is_active:
        return AccountInactive()
    note_caller(account.pk, refresh_token.session_id)
    return SignedIn(account, refresh_token)
