"""Accounts that begin with an e-mail address and a password, and prove their phone number later.

Until it is proven, a number is only claimed: it signs nobody in, keeps nobody from signing up, and
goes to whoever proves it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts import limits, signals
from accounts.codes import announcements, message_limits
from accounts.codes import flows as codes
from accounts.codes.challenge import Challenge
from accounts.codes.claims import proven_consent
from accounts.codes.flows import CodeSent
from accounts.codes.request import CodeRequest
from accounts.email_accounts import claimants
from accounts.email_accounts.errors import PhoneAlreadyVerified
from accounts.errors import CodeNotFound, PhoneTaken, UserNotFound
from accounts.messaging import notices
from accounts.models import User
from accounts.models.account import NEWCOMER, Account
from accounts.models.known_device import DeviceProof
from accounts.models.phone_otp import Purpose
from accounts.models.security_event import Kind
from accounts.models.session import Caller
from accounts.passwords import flows as passwords
from accounts.profile.email_change import change_email
from accounts.sessions import flows as sessions
from accounts.sessions.flows import SignedIn
from accounts.sessions.user_agent import Device
from loopin.errors import LoopinError, raises
from loopin.legal import texts
from loopin.statements.composed import Part, run
from loopin.web.client_network import get_network


@dataclass(frozen=True, kw_only=True)
class Registration:
    """Clean values of somebody who registers."""

    email: str
    phone_number: str
    first_name: str
    last_name: str
    password: str


@raises(limits.spend, PhoneTaken, passwords.set_password, passwords.save)
def register(registration: Registration, code_request: CodeRequest, device: Device) -> SignedIn:
    """Create the account and sign it in; its number is claimed, not verified.

    A number that somebody has proven is taken, except where known and unknown numbers get the same
    answer: there it is claimed, too, which tells and gives nothing.
    """
    network = get_network(code_request.client_ip)
    limits.spend([limits.CLAIMS_OF_NETWORK.limit_for(network)])
    is_proven = User.objects.filter(phone_number=registration.phone_number).exists()
    if is_proven and not code_request.is_unified:
        raise PhoneTaken
    user = User(
        username=f"email-{uuid4().hex}",
        email=registration.email,
        first_name=registration.first_name,
        last_name=registration.last_name,
        claimed_phone_number=registration.phone_number,
        notice_version=texts.notice_version(),
    )
    passwords.set_password(user, registration.password)
    return _register(user, code_request, device, is_proven=is_proven)


@transaction.atomic
def _register(
    user: User, code_request: CodeRequest, device: Device, *, is_proven: bool
) -> SignedIn:
    """`is_proven`: the number belongs to somebody else, of whom this registration says nothing."""
    passwords.save(user)
    if not is_proven:
        signals.registered.send(
            User,
            phone_number=user.claimed_phone_number,
            name=user.get_full_name(),
            email=user.email,
            ip_country=code_request.ip_country,
        )
    return sessions.start_session(account_of(user), device, kind=Kind.REGISTERED)


@raises(passwords.check_by_email)
def log_in(email: str, password: str, device: Device) -> SignedIn:
    """Sign a device in with e-mail address and password."""
    user = passwords.check_by_email(email, password, device)
    return sessions.start_session(account_of(user), device, kind=Kind.PASSWORD_ACCEPTED)


def account_of(user: User) -> Account:
    name = user.profile.name if user.has_profile else None
    return Account(
        user.pk,
        user.phone_number,
        user.is_active,
        user.is_verified,
        user.email,
        name,
        user.device_generation,
        user.has_profile,
    )


@raises(PhoneAlreadyVerified, PhoneTaken, UserNotFound, codes.send, without=codes.EMAIL_ERRORS)
def request_phone_code(
    phone_number: str, code_request: CodeRequest, caller: Caller | None
) -> CodeSent:
    """Send a code of 6 digits that proves a claimed number.

    With `UNIFIED_SIGNUP`, and on the pages, all numbers get the same answer; elsewhere one that
    somebody has proven and one that nobody claims are refused.
    """
    if caller is not None and caller.phone_number is not None:
        raise PhoneAlreadyVerified
    if not code_request.is_unified:
        refusal = _refusal(phone_number, caller)
        if refusal is not None:
            message_limits.spend_refusal(code_request.client_ip)
            raise refusal
    return codes.send(phone_number, Purpose.VERIFY_PHONE, code_request)


def _refusal(phone_number: str, caller: Caller | None) -> LoopinError | None:
    if User.objects.filter(phone_number=phone_number).exists():
        return PhoneTaken()
    if caller is None and not User.objects.filter(claimed_phone_number=phone_number).exists():
        return UserNotFound()
    return None


@raises(codes.prove, claimants.find_claimant, PhoneAlreadyVerified, PhoneTaken)
def verify_phone(
    phone_number: str,
    otp_code: str,
    caller: Caller | None,
    device: Device,
    *,
    registrant: DeviceProof | None = None,
) -> User:
    """Give a number to the account whose owner proves it: the caller's, or else the account that
    claims it. All others lose their claim and are told.

    If several accounts claim the number, the caller has to be signed in, or to have a proof of one
    of them: that of a known device, or `registrant`.
    """
    challenge = codes.prove(phone_number, Purpose.VERIFY_PHONE, otp_code, device)
    # Only after the code was right, because strangers would learn otherwise who claims a number.
    proofs = (device.proof, registrant)
    user_id = caller.user_id if caller else claimants.find_claimant(phone_number, proofs)
    outcome = _verify_phone(challenge, user_id, device.client_ip)
    if isinstance(outcome, LoopinError):
        raise outcome
    return outcome


@transaction.atomic
def _verify_phone(challenge: Challenge, user_id: int, client_ip: str) -> User | LoopinError:
    """Errors are returned, because raising one would roll back that the code was used."""
    if not challenge.consume():
        return CodeNotFound()
    user = User.objects.select_for_update().get(pk=user_id)
    if user.is_verified:
        return PhoneAlreadyVerified()
    try:
        with transaction.atomic():
            user.move_to(challenge.recipient)
    except IntegrityError:
        return PhoneTaken()
    displaced_ids = User.objects.release_claims(challenge.recipient)
    consent = proven_consent(challenge.claims, client_ip=client_ip)
    run(
        Part(NEWCOMER, {"newcomer_id": user.pk}),
        *announcements.parts_of_verified(challenge.recipient, consent, name=user.get_full_name()),
    )
    notices.claimed_number_lost(displaced_ids)
    return user


@raises(limits.spend, PhoneAlreadyVerified, PhoneTaken, change_email, passwords.save)
def change(user_id: int, fields: dict[str, Any]) -> User:
    """Change some fields to clean values: first_name, last_name, email, phone_number.

    Another e-mail address is not verified; the one before is told. A number is claimed, also one
    that somebody has proven where known and unknown numbers get the same answer. Numbers and
    addresses are counted, whatever the answer.
    """
    if fields.keys() & {"email", "phone_number"}:
        limits.spend([limits.CLAIMS_OF_ACCOUNT.limit_for(user_id)])
    return _change(user_id, fields)


@transaction.atomic
def _change(user_id: int, fields: dict[str, Any]) -> User:
    user = User.objects.select_for_update().get(pk=user_id)
    if "phone_number" in fields:
        _claim(user, fields.pop("phone_number"))
    if "email" in fields:
        change_email(user, fields.pop("email"))
    for name, value in fields.items():
        setattr(user, name, value)
    passwords.save(user)
    return user


def _claim(user: User, phone_number: str) -> None:
    if user.is_verified and user.phone_number != phone_number:
        raise PhoneAlreadyVerified
    if not user.is_verified:
        is_proven = User.objects.filter(phone_number=phone_number).exists()
        if is_proven and not settings.UNIFIED_SIGNUP:
            raise PhoneTaken
        user.claimed_phone_number = phone_number
