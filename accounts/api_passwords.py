"""The API's door to passwords: set by who is signed in, and anew by who has the phone."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Router

from accounts import askers, errors, password_errors, schemas_users
from accounts.api import BAD_BODY, CODE_SENT, GUESSING, SENDING, SIGNED_IN, Request
from accounts.bearer import BearerToken
from accounts.flows import passwords
from loopin.http import client_ip, success
from loopin.schemas import Envelope, documented

router = Router(tags=["E-mail accounts"])

PASSWORD_SET = gettext_noop("Password set successfully")


@router.post(
    "/set-password/",
    auth=BearerToken(),
    **documented(
        "Set the password",
        *SIGNED_IN,
        password_errors.SignInTooOld,
        password_errors.EmailTaken,
        password_errors.InvalidCredentials,
        password_errors.TooManyGuesses,
        *BAD_BODY,
        answer=Envelope[None],
        message=PASSWORD_SET,
        body=schemas_users.SetPasswordIn,
    ),
)
def set_password(request: Request, body: schemas_users.SetPasswordIn) -> HttpResponse:
    """The first one within 5 minutes of a sign-in, later ones with the current password.

    Other devices are signed out.
    """
    passwords.set_own(
        request.auth, body.password, body.current_password, client_ip=client_ip(request)
    )
    return success(PASSWORD_SET)


@router.post(
    "/password-reset/",
    **documented(
        "Ask for a code to set the password anew",
        *SENDING,
        answer=Envelope[schemas_users.PhoneSentOut],
        message=CODE_SENT,
        body=schemas_users.PhoneIn,
    ),
)
def request_password_reset(request: HttpRequest, body: schemas_users.PhoneIn) -> HttpResponse:
    """Sends a code of 6 digits. Numbers with and without an account get the same answer."""
    sent = passwords.request_reset(body.phone, askers.by_api(request))
    return success(CODE_SENT, schemas_users.code_sent(sent, "phone"))


@router.post(
    "/password-reset/confirm/",
    **documented(
        "Set the password anew",
        errors.UserNotFound,
        password_errors.EmailTaken,
        *GUESSING,
        answer=Envelope[None],
        message=PASSWORD_SET,
        body=schemas_users.ResetPasswordIn,
    ),
)
def reset_password(request: HttpRequest, body: schemas_users.ResetPasswordIn) -> HttpResponse:
    """Signs every device out, and tells the person by SMS and e-mail."""
    passwords.reset(body.phone, body.otp, body.password, client_ip=client_ip(request))
    return success(PASSWORD_SET)
