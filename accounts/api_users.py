"""The API's door for clients that register with e-mail and password, and verify the phone later.

The flows, sessions, codes and limits are those of `/api/auth`.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Router

from accounts import api, api_sessions, askers, errors, password_errors, schemas_users, tokens
from accounts.api import BAD_BODY, CODE_SENT, GUESSING, SENDING, SIGNED_IN, Request
from accounts.bearer import BearerToken, caller_of
from accounts.devices import device_of
from accounts.flows import email_accounts
from accounts.flows.email_accounts import Registration
from accounts.flows.sign_in import SignedIn
from accounts.models import User
from loopin.http import client_ip, success
from loopin.schemas import Envelope, SignedInEnvelope, documented

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
        password_errors.EmailTaken,
        errors.PhoneTaken,
        *BAD_BODY,
        answer=SignedInEnvelope[schemas_users.EnteredOut],
        success_status=201,
        message=REGISTERED,
        body=schemas_users.RegisterIn,
    ),
)
def register(request: HttpRequest, body: schemas_users.RegisterIn) -> HttpResponse:
    """Makes the account and signs it in at once. The number is claimed until a code proves it."""
    fields = body.dict(exclude={"phone", "password_confirm"})
    wanted = Registration(phone_number=body.phone, **fields)
    signed_in = email_accounts.register(wanted, askers.by_api(request), device_of(request))
    return _entered(REGISTERED, signed_in, status=201)


@router.post(
    "/login/",
    **documented(
        "Log in with e-mail and password",
        password_errors.InvalidCredentials,
        errors.AccountInactive,
        password_errors.TooManyGuesses,
        *BAD_BODY,
        answer=SignedInEnvelope[schemas_users.EnteredOut],
        message=api.LOGGED_IN,
        body=schemas_users.EmailLoginIn,
    ),
)
def log_in(request: HttpRequest, body: schemas_users.EmailLoginIn) -> HttpResponse:
    """Unknown addresses and wrong passwords get the same answer in the same time.

    After 5 wrong passwords from one place, or 100 an hour from anywhere, the next has to wait. The
    phone still signs in.
    """
    signed_in = email_accounts.log_in(body.email, body.password, device_of(request))
    return _entered(api.LOGGED_IN, signed_in)


@router.post(
    "/send-phone-otp/",
    **documented(
        "Ask for a code to verify the phone",
        errors.PhoneTaken,
        errors.UserNotFound,
        password_errors.PhoneAlreadyVerified,
        *SENDING,
        answer=Envelope[schemas_users.PhoneSentOut],
        message=CODE_SENT,
        body=schemas_users.PhoneIn,
    ),
)
def send_phone_otp(request: HttpRequest, body: schemas_users.PhoneIn) -> HttpResponse:
    """Sends a code of 6 digits to a number that an account claims, with or without a token."""
    asked = askers.by_api(request)
    sent = email_accounts.request_phone_code(body.phone, asked, caller_of(request))
    return success(CODE_SENT, schemas_users.code_sent(sent, "phone"))


@router.post(
    "/verify-phone-otp/",
    **documented(
        "Verify the phone",
        errors.NotAuthenticated,
        errors.PhoneTaken,
        errors.UserNotFound,
        password_errors.PhoneAlreadyVerified,
        *GUESSING,
        answer=Envelope[schemas_users.PhoneVerifiedOut],
        message=PHONE_VERIFIED,
        body=schemas_users.PhoneCodeIn,
    ),
)
def verify_phone_otp(request: HttpRequest, body: schemas_users.PhoneCodeIn) -> HttpResponse:
    """Gives the number to the account of the token, or to the one account that claims it.

    If several accounts claim it, only a token tells whose it is. The others lose their claim.
    """
    user = email_accounts.verify_phone(
        body.phone, body.otp, caller_of(request), client_ip=client_ip(request)
    )
    return success(PHONE_VERIFIED, {"phone_verified": True, "user": schemas_users.person(user)})


@router.get(
    "/me/",
    auth=BearerToken(),
    **documented(
        "Read the account",
        *SIGNED_IN,
        answer=Envelope[schemas_users.EmailAccountOut],
        message=FOUND,
    ),
)
def read_me(request: Request) -> HttpResponse:
    """Who the token belongs to."""
    user = User.objects.get(pk=request.auth.user_id)
    return success(FOUND, schemas_users.person(user))


@router.patch(
    "/me/",
    auth=BearerToken(),
    **documented(
        "Change parts of the account",
        *SIGNED_IN,
        password_errors.EmailTaken,
        errors.PhoneTaken,
        password_errors.PhoneAlreadyVerified,
        *BAD_BODY,
        answer=Envelope[schemas_users.EmailAccountOut],
        message=CHANGED,
        body=schemas_users.PersonIn,
    ),
)
def change_me(request: Request, body: schemas_users.PersonChanges) -> HttpResponse:
    """Changes the fields that are sent. Another e-mail address or number has to be verified."""
    fields = body.dict(exclude_unset=True)
    if "phone" in fields:
        fields["phone_number"] = fields.pop("phone")
    user = email_accounts.change(request.auth.user_id, fields)
    return success(CHANGED, schemas_users.person(user))


@router.post(
    "/send-email-otp/",
    auth=BearerToken(),
    **documented(
        "Ask for a code to verify the e-mail address",
        *SIGNED_IN,
        password_errors.EmailMissing,
        errors.ResendTooSoon,
        errors.RateLimited,
        password_errors.EmailUnavailable,
        answer=Envelope[schemas_users.EmailSentOut],
        message=EMAIL_CODE_SENT,
    ),
)
def send_email_otp(request: Request) -> HttpResponse:
    """Sends a code of 6 digits to the account's own address."""
    sent = email_accounts.request_email_code(request.auth.user_id, askers.by_api(request))
    return success(EMAIL_CODE_SENT, schemas_users.code_sent(sent, "email"))


@router.post(
    "/verify-email-otp/",
    auth=BearerToken(),
    **documented(
        "Verify the e-mail address",
        *SIGNED_IN,
        password_errors.EmailMissing,
        *GUESSING,
        answer=Envelope[schemas_users.EmailVerifiedOut],
        message=EMAIL_VERIFIED,
        body=schemas_users.EmailCodeIn,
    ),
)
def verify_email_otp(request: Request, body: schemas_users.EmailCodeIn) -> HttpResponse:
    """A code works once, for 10 minutes, and allows 3 guesses."""
    user = email_accounts.verify_email(request.auth.user_id, body.otp, client_ip=client_ip(request))
    data = {"email_verified": user.is_email_verified, "user": schemas_users.person(user)}
    return success(EMAIL_VERIFIED, data)


router.post("/logout/", **api.LOGOUT)(api.logout)
router.post("/token/refresh/", **api_sessions.REFRESH)(api_sessions.refresh)


def _entered(message: str, signed_in: SignedIn, *, status: int = 200) -> HttpResponse:
    token = api.token_of(signed_in)
    user = User.objects.get(pk=signed_in.account.pk)
    data: dict[str, Any] = {
        "user": schemas_users.person(user),
        "access": token,
        "refresh": str(signed_in.refresh_token),
        "expires_in": tokens.lifetime_seconds(),
    }
    return success(message, data, token=token, status=status)
