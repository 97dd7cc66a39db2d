"""The API's door to phone sign-in: bind, call the flow, answer."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router

from accounts import askers, errors, password_errors, schemas, tokens
from accounts.bearer import BearerToken, session_of
from accounts.devices import device_of
from accounts.flows import profile, sign_in
from accounts.models import UserProfile
from accounts.models.session import Caller
from loopin.errors import (
    BodyTooLarge,
    DatabaseUnavailable,
    InvalidJSON,
    LengthRequired,
    UnsupportedMediaType,
    ValidationFailed,
)
from loopin.http import json_response, success
from loopin.schemas import Envelope, SignedInEnvelope, documented

router = Router(tags=["Phone authentication"])

CODE_SENT = _("OTP sent successfully to your phone number")
VERIFIED = _("OTP verified successfully.")
VERIFIED_NEW = _("OTP verified successfully. Please complete your profile.")
LOGGED_IN = _("Login successful")
PROFILE_COMPLETED = _("Profile completed successfully")
PROFILE_CHANGED = _("Profile updated successfully")
LOGGED_OUT = _("Logged out successfully")

BAD_BODY = (
    InvalidJSON,
    LengthRequired,
    BodyTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
    DatabaseUnavailable,
)
SENDING = (
    errors.AccountInactive,
    errors.ResendTooSoon,
    errors.RateLimited,
    errors.SmsUnavailable,
    errors.SmsBudgetExhausted,
    *BAD_BODY,
)
GUESSING = (
    errors.WrongCode,
    errors.CodeExpired,
    errors.CodeNotFound,
    errors.AccountInactive,
    errors.AttemptsExceeded,
    errors.RateLimited,
    *BAD_BODY,
)
SIGNED_IN = (
    errors.NotAuthenticated,
    errors.InvalidToken,
    errors.TokenExpired,
    errors.AccountInactive,
    DatabaseUnavailable,
)


class Request(HttpRequest):
    auth: Caller


@router.post(
    "/signup",
    **documented(
        "Ask for a code to sign up",
        errors.UserExists,
        *SENDING,
        answer=Envelope[schemas.CodeSentOut],
        message=CODE_SENT,
        body=schemas.CodeRequestIn,
    ),
)
def signup(request: HttpRequest, body: schemas.CodeRequestIn) -> HttpResponse:
    """Sends a short code by SMS to a number without a completed account.

    The code lives 10 minutes and allows 3 guesses. Asking again replaces it, at the earliest after
    `resend_after` seconds.
    """
    asked = askers.by_api(request, body.contact_consent, channel=body.channel)
    return success(CODE_SENT, sign_in.request_signup_code(body.phone_number, asked))


@router.post(
    "/login",
    **documented(
        "Ask for a code to log in",
        errors.UserNotFound,
        *SENDING,
        answer=Envelope[schemas.CodeSentOut],
        message=CODE_SENT,
        body=schemas.CodeRequestIn,
    ),
)
def login(request: HttpRequest, body: schemas.CodeRequestIn) -> HttpResponse:
    """Sends a short code by SMS to a number that has an account."""
    asked = askers.by_api(request, body.contact_consent, channel=body.channel)
    return success(CODE_SENT, sign_in.request_login_code(body.phone_number, asked))


@router.post(
    "/verify-otp",
    **documented(
        "Exchange the code for a session",
        *GUESSING,
        answer=SignedInEnvelope[schemas.VerifiedOut],
        message=VERIFIED_NEW,
        body=schemas.CodeIn,
    ),
)
def verify_otp(request: HttpRequest, body: schemas.CodeIn) -> HttpResponse:
    """Creates the account on the first time. A code works once."""
    signed_in = sign_in.verify_code(body.phone_number, body.otp_code, device_of(request))
    message = VERIFIED if signed_in.account.has_profile else VERIFIED_NEW
    return success(message, _verified(signed_in), token=token_of(signed_in))


@router.post(
    "/verify-login",
    **documented(
        "Exchange the code for a session, with name and e-mail",
        *GUESSING,
        answer=SignedInEnvelope[schemas.LoggedInOut],
        message=LOGGED_IN,
        body=schemas.CodeIn,
    ),
)
def verify_login(request: HttpRequest, body: schemas.CodeIn) -> HttpResponse:
    """The same as `/verify-otp`; the answer also says who logged in."""
    signed_in = sign_in.verify_code(body.phone_number, body.otp_code, device_of(request))
    account = signed_in.account
    who = {"name": account.name, "email": account.email or None}
    return success(LOGGED_IN, _verified(signed_in) | who, token=token_of(signed_in))


@router.post(
    "/complete-profile",
    auth=BearerToken(),
    **documented(
        "Complete the profile",
        *SIGNED_IN,
        errors.PhoneMismatch,
        password_errors.PhoneNotVerified,
        password_errors.EmailTaken,
        *BAD_BODY,
        answer=Envelope[schemas.CompletedProfileOut],
        message=PROFILE_COMPLETED,
        body=schemas.ProfileIn,
    ),
)
def complete_profile(request: Request, body: schemas.ProfileIn) -> HttpResponse:
    """Saves the whole profile, or nothing: every broken rule is listed in `errors`."""
    profile.complete(request.auth.user_id, _own_fields(request.auth, body))
    return success(PROFILE_COMPLETED, _profile_data(request.auth.user_id))


@router.get(
    "/profile",
    auth=BearerToken(),
    **documented("Read the profile", *SIGNED_IN, errors.ProfileNotFound, answer=schemas.ProfileOut),
)
def read_profile(request: Request) -> HttpResponse:
    """Answers the bare profile object, without the envelope."""
    return json_response(_shown(request.auth.user_id))


@router.patch(
    "/profile",
    auth=BearerToken(),
    **documented(
        "Change parts of the profile",
        *SIGNED_IN,
        errors.PhoneMismatch,
        errors.ProfileNotFound,
        password_errors.EmailTaken,
        *BAD_BODY,
        answer=Envelope[schemas.CompletedProfileOut],
        message=PROFILE_CHANGED,
        body=schemas.ProfileIn,
    ),
)
def change_profile(request: Request, body: schemas.ProfileChanges) -> HttpResponse:
    """Changes the fields that are sent, under the rules of `/complete-profile`.

    `null` empties an optional field.
    """
    profile.change(request.auth.user_id, _own_fields(request.auth, body))
    return success(PROFILE_CHANGED, _profile_data(request.auth.user_id))


LOGOUT = documented(
    "End the session", DatabaseUnavailable, answer=Envelope[None], message=LOGGED_OUT
)


@router.post("/logout", **LOGOUT)
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session of the token at once. Without a token there is nothing to end."""
    if session_id := session_of(request):
        sign_in.sign_out(session_id)
    return success(LOGGED_OUT)


def token_of(signed_in: sign_in.SignedIn) -> str:
    """The access token of somebody who just signed in."""
    account = signed_in.account
    return tokens.issue(
        session_id=signed_in.session_id, user_id=account.pk, phone_number=account.phone_number
    )


def _verified(signed_in: sign_in.SignedIn) -> dict[str, Any]:
    account = signed_in.account
    return {
        "user_id": account.pk,
        "phone_number": account.phone_number,
        "needs_profile_completion": not account.has_profile,
        "is_verified": account.is_verified,
        "expires_in": tokens.lifetime_seconds(),
        "refresh_token": str(signed_in.refresh_token),
    }


def _own_fields(caller: Caller, body: Any) -> dict[str, Any]:
    """The fields that were sent; a phone number among them has to be the caller's."""
    fields: dict[str, Any] = body.dict(exclude_unset=True)
    if fields.pop("phone_number", None) not in (None, caller.phone_number):
        raise errors.PhoneMismatch
    return fields


def _shown(user_id: int) -> dict[str, Any]:
    shown = UserProfile.objects.shown(user_id)
    if shown is None:
        raise errors.ProfileNotFound
    return shown


def _profile_data(user_id: int) -> dict[str, Any]:
    return {"user_id": user_id, "profile_id": user_id, **_shown(user_id)}
