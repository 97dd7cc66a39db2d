"""Accounts that begin with an e-mail address and a password, and prove their phone number later.

Until it is proven, a number is only claimed: it signs nobody in, keeps nobody from signing up, and
goes to whoever proves it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower, Now

from accounts import limits, signals
from accounts.codes import flows as codes
from accounts.codes.challenge import Challenge
from accounts.codes.flows import CodeSent
from accounts.codes.request import CodeRequest
from accounts.email_change import OldAddress, change_email
from accounts.errors import (
    CodeNotFound,
    EmailMissing,
    NotAuthenticated,
    PhoneAlreadyVerified,
    PhoneTaken,
    UserNotFound,
)
from accounts.messaging import notices
from accounts.models import RateCounter, User
from accounts.models.account import Account
from accounts.models.phone_otp import Purpose
from accounts.models.security_event import Kind
from accounts.models.session import Caller
from accounts.passwords import flows as passwords
from accounts.sessions import flows as sessions
from accounts.sessions.flows import SignedIn
from accounts.sessions.user_agent import Device
from loopin.errors import LoopinError, raises


@dataclass(frozen=True, kw_only=True)
class Registration:
    """Clean values of somebody who registers."""

    email: str
    phone_number: str
    first_name: str
    last_name: str
    password: str


@raises(PhoneTaken, passwords.save)
def register(registration: Registration, code_request: CodeRequest, device: Device) -> SignedIn:
    """Create the account and sign it in; its number is claimed, not verified.

    A number that somebody has proven is taken.
    """
    if User.objects.filter(phone_number=registration.phone_number).exists():
        raise PhoneTaken
    user = User(
        username=f"email-{uuid4().hex}",
        email=registration.email,
        first_name=registration.first_name,
        last_name=registration.last_name,
        claimed_phone_number=registration.phone_number,
    )
    user.set_password(
        registration.password
    )  # before the transaction, because hashing is slow on purpose
    return _register(user, code_request, device)


@transaction.atomic
def _register(user: User, code_request: CodeRequest, device: Device) -> SignedIn:
    passwords.save(user)
    signals.registered.send(
        User,
        phone_number=user.claimed_phone_number,
        name=user.get_full_name(),
        email=user.email,
        ip_country=code_request.ip_country,
        contact_consent=code_request.contact_consent,
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
    )


@raises(PhoneAlreadyVerified, PhoneTaken, UserNotFound, codes.send, without=codes.EMAIL_ERRORS)
def request_phone_code(
    phone_number: str, code_request: CodeRequest, caller: Caller | None
) -> CodeSent:
    """Send a code of 6 digits that proves a claimed number.

    With `UNIFIED_SIGNUP` all numbers get the same answer; without it, one that somebody has proven
    and one that nobody claims are refused.
    """
    if caller is not None and caller.phone_number is not None:
        raise PhoneAlreadyVerified
    if not settings.UNIFIED_SIGNUP:
        if User.objects.filter(phone_number=phone_number).exists():
            raise PhoneTaken
        if caller is None and not User.objects.filter(claimed_phone_number=phone_number).exists():
            raise UserNotFound
    return codes.send(phone_number, Purpose.VERIFY_PHONE, code_request)


@raises(codes.prove, UserNotFound, NotAuthenticated, PhoneAlreadyVerified, PhoneTaken)
def verify_phone(phone_number: str, otp_code: str, caller: Caller | None, device: Device) -> User:
    """Give a number to the account whose owner proves it: the caller's, or else the one account
    that claims it. All others lose their claim and are told.

    If several accounts claim the number, a caller has to be signed in.
    """
    challenge = codes.prove(phone_number, Purpose.VERIFY_PHONE, otp_code, device)
    # Only after the code was right, because strangers would learn otherwise who claims a number.
    user_id = caller.user_id if caller else _only_claimant(phone_number)
    outcome = _verify_phone(challenge, user_id)
    if isinstance(outcome, LoopinError):
        raise outcome
    user, displaced_emails = outcome
    notices.claimed_number_lost(displaced_emails)
    return user


def _only_claimant(phone_number: str) -> int:
    """The one account that claims a number. If there are several, only a token says which one."""
    claimants = User.objects.filter(claimed_phone_number=phone_number, is_active=True)
    ids = list(claimants.values_list("pk", flat=True)[:2])
    if not ids:
        raise UserNotFound
    if len(ids) > 1:
        raise NotAuthenticated
    return ids[0]


@transaction.atomic
def _verify_phone(challenge: Challenge, user_id: int) -> tuple[User, list[str]] | LoopinError:
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
    displaced_emails = User.objects.release_claims(challenge.recipient)
    signals.phone_verified.send(User, phone_number=challenge.recipient, account=account_of(user))
    return user, displaced_emails


@raises(EmailMissing, limits.spend, codes.send, without=codes.SMS_ERRORS)
def request_email_code(user_id: int, code_request: CodeRequest) -> CodeSent:
    """Send a code of 6 digits to the account's e-mail address.

    The address has its limits, and so has the account, which may name one address after another.
    """
    email = _email_of(user_id)
    limit = limits.EMAIL_CODES_OF_ACCOUNT.limit_for(user_id)
    limits.spend([limit])
    try:
        return codes.send(email, Purpose.VERIFY_EMAIL, code_request)
    except LoopinError:
        RateCounter.objects.give_back([limit])
        raise


@raises(EmailMissing, codes.prove)
def verify_email(user_id: int, otp_code: str, device: Device) -> User:
    """Mark the account's e-mail address as its owner's."""
    email = _email_of(user_id)
    challenge = codes.prove(email, Purpose.VERIFY_EMAIL, otp_code, device)
    with transaction.atomic():
        if not challenge.consume():
            raise CodeNotFound
        # The filter matches nothing if the address was changed meanwhile.
        owner = User.objects.alias(folded=Lower("email")).filter(pk=user_id, folded=email)
        owner.update(is_email_verified=True, updated_at=Now())
    return User.objects.get(pk=user_id)


def _email_of(user_id: int) -> str:
    email = User.objects.values_list("email", flat=True).get(pk=user_id)
    if not email:
        raise EmailMissing
    return email.lower()


@raises(PhoneAlreadyVerified, PhoneTaken, change_email, passwords.save)
def change(user_id: int, fields: dict[str, Any]) -> User:
    """Change some fields to clean values: first_name, last_name, email, phone_number.

    Another e-mail address is not verified; the one before is told. A number is claimed.
    """
    user, old_address = _change(user_id, fields)
    if old_address is not None:
        old_address.tell()
    return user


@transaction.atomic
def _change(user_id: int, fields: dict[str, Any]) -> tuple[User, OldAddress | None]:
    user = User.objects.select_for_update().get(pk=user_id)
    old_address = None
    if "phone_number" in fields:
        _claim(user, fields.pop("phone_number"))
    if "email" in fields:
        old_address = change_email(user, fields.pop("email"))
    for name, value in fields.items():
        setattr(user, name, value)
    passwords.save(user)
    return user, old_address


def _claim(user: User, phone_number: str) -> None:
    if user.is_verified and user.phone_number != phone_number:
        raise PhoneAlreadyVerified
    if not user.is_verified:
        if User.objects.filter(phone_number=phone_number).exists():
            raise PhoneTaken
        user.claimed_phone_number = phone_number
