"""Verifies an account's e-mail address with a code that goes to it."""

from django.db import transaction
from django.db.models.functions import Lower, Now

from accounts import limits
from accounts.codes import flows as codes
from accounts.codes.flows import CodeSent
from accounts.codes.request import CodeRequest
from accounts.email_accounts.errors import EmailMissing
from accounts.errors import CodeNotFound
from accounts.models import RateCounter, User
from accounts.models.phone_otp import Purpose
from accounts.sessions.user_agent import Device
from loopin.errors import LoopinError, raises


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
