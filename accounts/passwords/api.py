"""The API for passwords: setting one while signed in, and resetting it with a code."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Router

from accounts import limits
from accounts.codes import request as code_requests
from accounts.codes.schemas import ASKING_PARAMETERS, CODE_SENT, code_sent
from accounts.idempotency.idempotent import answer_once, idempotent
from accounts.passwords import flows, schemas
from accounts.sessions.api import known_device
from accounts.sessions.bearer_auth import BearerToken, Request
from accounts.sessions.schemas import DEVICE_TOKEN_PARAMETER, KnownDeviceOut
from accounts.sessions.user_agent import get_device
from loopin.web.field_names import fields_named
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.route_limits import limited_by
from loopin.web.schemas import Envelope

router = Router(tags=["E-mail accounts"])

PASSWORD_SET = gettext_noop("Password set successfully")


@router.post(
    "/set-password/",
    **documented(
        "Set the password",
        flows.set_own,
        auth=BearerToken(),
        answer=Envelope[KnownDeviceOut],
        message=PASSWORD_SET,
        body=schemas.SetPasswordIn,
        parameters=[DEVICE_TOKEN_PARAMETER],
    ),
)
def set_password(request: Request, body: schemas.SetPasswordIn) -> HttpResponse:
    """The first one within 5 minutes of a sign-in, later ones with the current password.

    Other devices are signed out, and device tokens from before are void.
    """
    device = get_device(request)
    proof = flows.set_own(request.auth, body.password, body.current_password, device)
    return success(PASSWORD_SET, known_device(proof))


@router.post(
    "/password-reset/",
    **documented(
        "Ask for a code to set the password anew",
        flows.request_reset,
        answer_once,
        answer=Envelope[schemas.PhoneSentOut],
        message=CODE_SENT,
        body=schemas.PhoneIn,
        parameters=ASKING_PARAMETERS,
    ),
)
@limited_by(limits.CODES_FOR_NETWORK)
@idempotent()
@fields_named(phone_number="phone")
def request_password_reset(request: HttpRequest, body: schemas.PhoneIn) -> HttpResponse:
    """Sends a code of 6 digits. Numbers with and without an account get the same answer."""
    sent = flows.request_reset(body.phone, code_requests.from_api(request))
    return success(CODE_SENT, code_sent(sent, "phone"))


@router.post(
    "/password-reset/confirm/",
    **documented(
        "Set the password anew",
        flows.reset,
        answer=Envelope[KnownDeviceOut],
        message=PASSWORD_SET,
        body=schemas.ResetPasswordIn,
        parameters=[DEVICE_TOKEN_PARAMETER],
    ),
)
@limited_by(limits.GUESSES_OF_NETWORK)
@fields_named(phone_number="phone", otp_code="otp")
def reset_password(request: HttpRequest, body: schemas.ResetPasswordIn) -> HttpResponse:
    """Signs every device out, and tells the person by SMS and e-mail.

    Device tokens from before are void.
    """
    proof = flows.reset(body.phone, body.otp, body.password, get_device(request))
    return success(PASSWORD_SET, known_device(proof))
