"""The API for signing up and in by phone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router

from accounts import limits
from accounts.codes import request as code_requests
from accounts.codes import schemas as code_schemas
from accounts.codes.schemas import CODE_SENT
from accounts.idempotency.idempotent import answer_once, idempotent
from accounts.sessions import access_tokens
from accounts.sessions import flows as sessions
from accounts.sessions.access_tokens import issue_for
from accounts.sessions.api import known_device
from accounts.sessions.schemas import DEVICE_TOKEN_PARAMETER
from accounts.sessions.user_agent import get_device
from accounts.signin import flows, schemas
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.route_limits import limited_by
from loopin.web.schemas import Envelope, SignedInEnvelope

router = Router(tags=["Phone authentication"])

VERIFIED = _("OTP verified successfully.")
VERIFIED_NEW = _("OTP verified successfully. Please complete your profile.")
LOGGED_IN = _("Login successful")


@router.post(
    "/signup",
    **documented(
        "Ask for a code to sign up",
        flows.request_signup_code,
        answer_once,
        answer=Envelope[code_schemas.CodeSentOut],
        message=CODE_SENT,
        body=code_schemas.CodeRequestIn,
        parameters=code_schemas.ASKING_PARAMETERS,
    ),
)
@limited_by(limits.CODES_FOR_NETWORK)
@idempotent()
def signup(request: HttpRequest, body: code_schemas.CodeRequestIn) -> HttpResponse:
    """Sends a short code by SMS to a number without a completed account.

    The code lives 10 minutes and allows 3 guesses. Asking again replaces it, at the earliest after
    `resend_after` seconds.
    """
    code_request = code_requests.from_api(request, body.contact_consent, channel=body.channel)
    sent = flows.request_signup_code(body.phone_number, code_request)
    return success(CODE_SENT, code_schemas.code_sent(sent))


@router.post(
    "/login",
    **documented(
        "Ask for a code to log in",
        flows.request_login_code,
        answer_once,
        answer=Envelope[code_schemas.CodeSentOut],
        message=CODE_SENT,
        body=code_schemas.CodeRequestIn,
        parameters=code_schemas.ASKING_PARAMETERS,
    ),
)
@limited_by(limits.CODES_FOR_NETWORK)
@idempotent()
def login(request: HttpRequest, body: code_schemas.CodeRequestIn) -> HttpResponse:
    """Sends a short code by SMS to a number that has an account."""
    code_request = code_requests.from_api(request, body.contact_consent, channel=body.channel)
    sent = flows.request_login_code(body.phone_number, code_request)
    return success(CODE_SENT, code_schemas.code_sent(sent))


@router.post(
    "/verify-otp",
    **documented(
        "Exchange the code for a session",
        flows.verify_code,
        answer=SignedInEnvelope[schemas.VerifiedOut],
        message=VERIFIED_NEW,
        body=schemas.SignInIn,
        parameters=[DEVICE_TOKEN_PARAMETER],
    ),
)
@limited_by(limits.GUESSES_OF_NETWORK)
def verify_otp(request: HttpRequest, body: schemas.SignInIn) -> HttpResponse:
    """Creates the account on the first time. A code works once."""
    device = get_device(request, body.device_name)
    signed_in = flows.verify_code(body.phone_number, body.otp_code, device)
    message = VERIFIED if signed_in.account.has_profile else VERIFIED_NEW
    return success(message, _verified(signed_in), token=issue_for(signed_in))


@router.post(
    "/verify-login",
    **documented(
        "Exchange the code for a session, with name and e-mail",
        flows.verify_code,
        answer=SignedInEnvelope[schemas.LoggedInOut],
        message=LOGGED_IN,
        body=schemas.SignInIn,
        parameters=[DEVICE_TOKEN_PARAMETER],
    ),
)
@limited_by(limits.GUESSES_OF_NETWORK)
def verify_login(request: HttpRequest, body: schemas.SignInIn) -> HttpResponse:
    """The same as `/verify-otp`; the answer also says who logged in."""
    device = get_device(request, body.device_name)
    signed_in = flows.verify_code(body.phone_number, body.otp_code, device)
    account = signed_in.account
    who = {"name": account.name, "email": account.email or None}
    return success(LOGGED_IN, _verified(signed_in) | who, token=issue_for(signed_in))


def _verified(signed_in: sessions.SignedIn) -> dict[str, Any]:
    account = signed_in.account
    return {
        "user_id": account.pk,
        "phone_number": account.phone_number,
        "needs_profile_completion": not account.has_profile,
        "is_verified": account.is_verified,
        "expires_in": access_tokens.lifetime_seconds(),
        "refresh_token": str(signed_in.refresh_token),
        **known_device(account.device_proof),
    }
