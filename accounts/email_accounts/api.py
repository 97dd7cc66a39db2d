"""The API for accounts that register with e-mail and password, and verify the phone later.

It shares its flows, sessions, codes and limits with `/api/auth`.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Router

from accounts import limits
from accounts.codes import request as code_requests
from accounts.codes.schemas import ASKING_PARAMETERS, CODE_SENT, code_sent
from accounts.email_accounts import claimants, email_codes, flows, schemas
from accounts.email_accounts.flows import Registration
from accounts.idempotency.idempotent import answer_once, idempotent
from accounts.models import User
from accounts.passwords import schemas as password_schemas
from accounts.sessions import access_tokens
from accounts.sessions import api as sessions_api
from accounts.sessions.bearer_auth import BearerToken, Request, get_caller
from accounts.sessions.flows import SignedIn
from accounts.sessions.schemas import DEVICE_TOKEN_PARAMETER
from accounts.sessions.user_agent import get_device
from accounts.signin import api
from loopin.web.field_names import fields_named
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.route_limits import limited_by
from loopin.web.schemas import Envelope, SignedInEnvelope

router = Router(tags=["E-mail accounts"])

REGISTERED = gettext_noop("Account created. Please verify your phone number.")
EMAIL_CODE_SENT = gettext_noop("OTP sent successfully to your e-mail address")
PHONE_VERIFIED = gettext_noop("Phone number verified successfully")
EMAIL_VERIFIED = gettext_noop("E-mail address verified successfully")
FOUND = gettext_noop("User retrieved successfully")
CHANGED = gettext_noop("User updated successfully")


@router.post(
    "/register/",
    **documented(
        "Register with e-mail and password",
        flows.register,
        answer=SignedInEnvelope[schemas.SignedInUserOut],
        success_status=201,
        message=REGISTERED,
        body=schemas.RegisterIn,
    ),
)
@limited_by(limits.CLAIMS_OF_NETWORK)
def register(request: HttpRequest, body: schemas.RegisterIn) -> HttpResponse:
    """Makes the account and signs it in at once. The number is claimed until a code proves it."""
    fields = body.dict(exclude={"phone", "password_confirm", "device_name"})
    registration = Registration(phone_number=body.phone, **fields)
    device = get_device(request, body.device_name)
    signed_in = flows.register(registration, code_requests.from_api(request), device)
    return _signed_in_answer(REGISTERED, signed_in, status=201)


@router.post(
    "/login/",
    **documented(
        "Log in with e-mail and password",
        flows.log_in,
        answer=SignedInEnvelope[schemas.SignedInUserOut],
        message=api.LOGGED_IN,
        body=schemas.EmailLoginIn,
        parameters=[DEVICE_TOKEN_PARAMETER],
    ),
)
@limited_by(limits.PASSWORDS_OF_NETWORK)
def log_in(request: HttpRequest, body: schemas.EmailLoginIn) -> HttpResponse:
    """Unknown addresses and wrong passwords get the same answer in the same time.

    After 5 wrong passwords from one place, or 100 an hour from anywhere, the next has to wait,
    except on a device that signed in before. The phone still signs in.
    """
    signed_in = flows.log_in(body.email, body.password, get_device(request, body.device_name))
    return _signed_in_answer(api.LOGGED_IN, signed_in)


@router.post(
    "/send-phone-otp/",
    **documented(
        "Ask for a code to verify the phone",
        get_caller,
        flows.request_phone_code,
        answer_once,
        may_sign=BearerToken(),
        answer=Envelope[password_schemas.PhoneSentOut],
        message=CODE_SENT,
        body=password_schemas.PhoneIn,
        parameters=ASKING_PARAMETERS,
    ),
)
@limited_by(limits.CODES_FOR_NETWORK)
@idempotent(get_caller=get_caller)
@fields_named(phone_number="phone")
def send_phone_otp(request: HttpRequest, body: password_schemas.PhoneIn) -> HttpResponse:
    """Sends a code of 6 digits to a number that an account claims, with or without a token."""
    code_request = code_requests.from_api(request)
    sent = flows.request_phone_code(body.phone, code_request, get_caller(request))
    return success(CODE_SENT, code_sent(sent, "phone"))


@router.post(
    "/verify-phone-otp/",
    **documented(
        "Verify the phone",
        get_caller,
        flows.verify_phone,
        may_sign=BearerToken(),
        answer=Envelope[schemas.PhoneVerifiedOut],
        message=PHONE_VERIFIED,
        body=password_schemas.PhoneCodeIn,
        parameters=[DEVICE_TOKEN_PARAMETER],
    ),
)
@limited_by(limits.GUESSES_OF_NETWORK)
@fields_named(phone_number="phone", otp_code="otp")
def verify_phone_otp(request: HttpRequest, body: password_schemas.PhoneCodeIn) -> HttpResponse:
    """Gives the number to the account of the token, or to the one account that claims it.

    If several accounts claim it, the token tells whose it is, or else the `Device-Token` or the
    cookie that registering left. Without any of them the answer is 401, and the code stays good.
    The others lose their claim.
    """
    user = flows.verify_phone(
        body.phone,
        body.otp,
        get_caller(request),
        get_device(request),
        registrant=claimants.get_proof(request),
    )
    return success(PHONE_VERIFIED, {"phone_verified": True, "user": schemas.user_as_json(user)})


@router.get(
    "/me/",
    **documented(
        "Read the account",
        auth=BearerToken(),
        answer=Envelope[schemas.EmailAccountOut],
        message=FOUND,
    ),
)
def read_me(request: Request) -> HttpResponse:
    """Who the token belongs to."""
    user = User.objects.get(pk=request.auth.user_id)
    return success(FOUND, schemas.user_as_json(user))


@router.patch(
    "/me/",
    **documented(
        "Change parts of the account",
        flows.change,
        auth=BearerToken(),
        answer=Envelope[schemas.EmailAccountOut],
        message=CHANGED,
        body=schemas.PersonIn,
    ),
)
def change_me(request: Request, body: schemas.PersonChanges) -> HttpResponse:
    """Changes the fields that are sent. Another e-mail address or number has to be verified."""
    fields = body.dict(exclude_unset=True)
    if "phone" in fields:
        fields["phone_number"] = fields.pop("phone")
    user = flows.change(request.auth.user_id, fields)
    return success(CHANGED, schemas.user_as_json(user))


@router.post(
    "/send-email-otp/",
    **documented(
        "Ask for a code to verify the e-mail address",
        email_codes.request_email_code,
        answer_once,
        auth=BearerToken(),
        answer=Envelope[schemas.EmailSentOut],
        message=EMAIL_CODE_SENT,
        parameters=ASKING_PARAMETERS,
    ),
)
@idempotent()
def send_email_otp(request: Request) -> HttpResponse:
    """Sends a code of 6 digits to the account's own address."""
    sent = email_codes.request_email_code(request.auth.user_id, code_requests.from_api(request))
    return success(EMAIL_CODE_SENT, code_sent(sent, "email"))


@router.post(
    "/verify-email-otp/",
    **documented(
        "Verify the e-mail address",
        email_codes.verify_email,
        auth=BearerToken(),
        answer=Envelope[schemas.EmailVerifiedOut],
        message=EMAIL_VERIFIED,
        body=schemas.EmailCodeIn,
        parameters=[DEVICE_TOKEN_PARAMETER],
    ),
)
@fields_named(otp_code="otp")
def verify_email_otp(request: Request, body: schemas.EmailCodeIn) -> HttpResponse:
    """A code works once, for 10 minutes, and allows 3 guesses."""
    user = email_codes.verify_email(request.auth.user_id, body.otp, get_device(request))
    data = {"email_verified": user.is_email_verified, "user": schemas.user_as_json(user)}
    return success(EMAIL_VERIFIED, data)


router.post("/logout/", operation_id="users_logout", **sessions_api.LOGOUT)(sessions_api.logout)
router.post("/token/refresh/", operation_id="users_refresh", **sessions_api.REFRESH)(
    sessions_api.refresh
)


def _signed_in_answer(message: str, signed_in: SignedIn, *, status: int = 200) -> HttpResponse:
    token = access_tokens.issue_for(signed_in)
    user = User.objects.get(pk=signed_in.account.pk)
    device = sessions_api.known_device(signed_in.account.device_proof)
    data: dict[str, Any] = {
        "user": schemas.user_as_json(user),
        **sessions_api.tokens(token, signed_in.refresh_token),
        **device,
    }
    response = success(message, data, token=token, status=status)
    claimants.remember(response, device["device_token"])
    return response
