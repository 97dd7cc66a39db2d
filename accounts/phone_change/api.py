"""The API for moving an account to another phone number."""

from dataclasses import replace

from django.http import HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router

from accounts.codes import request as code_requests
from accounts.codes import schemas as code_schemas
from accounts.codes.schemas import CODE_SENT
from accounts.idempotency.idempotent import answer_once, idempotent
from accounts.phone_change import flows, schemas
from accounts.sessions import access_tokens
from accounts.sessions.api import known_device
from accounts.sessions.bearer_auth import BearerToken, Request
from accounts.sessions.schemas import DEVICE_TOKEN_PARAMETER
from accounts.sessions.user_agent import get_device
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.schemas import Envelope, SignedInEnvelope

router = Router(tags=["Account"])

PHONE_CHANGED = _("Phone number changed")


@router.post(
    "/change-phone",
    **documented(
        "Ask for a code to change the number",
        flows.request_code,
        answer_once,
        auth=BearerToken(),
        answer=Envelope[schemas.ChangeCodeSentOut],
        message=CODE_SENT,
        body=code_schemas.PhoneNumberIn,
        parameters=code_schemas.ASKING_PARAMETERS,
    ),
)
@idempotent()
def change_phone(request: Request, body: code_schemas.PhoneNumberIn) -> HttpResponse:
    """Sends a code to the new number.

    When the sign-in is older than 5 minutes, or was by password, another goes to the old one
    (`needs_old_code`).
    """
    sent = flows.request_code(request.auth, body.phone_number, code_requests.from_api(request))
    return success(CODE_SENT, code_schemas.code_sent(sent))


@router.post(
    "/verify-change-phone",
    **documented(
        "Change the number",
        flows.change,
        auth=BearerToken(),
        answer=SignedInEnvelope[schemas.PhoneChangedOut],
        message=PHONE_CHANGED,
        body=schemas.ChangePhoneIn,
        parameters=[DEVICE_TOKEN_PARAMETER],
    ),
)
def verify_change_phone(request: Request, body: schemas.ChangePhoneIn) -> HttpResponse:
    """Tells the old number, signs all other devices out, and answers with a fresh token."""
    caller = request.auth
    proof = flows.change(
        caller, body.phone_number, body.otp_code, body.old_otp_code, get_device(request)
    )
    caller = replace(caller, phone_number=body.phone_number)
    token = access_tokens.issue(
        session_id=caller.session_id, user_id=caller.user_id, phone_number=caller.phone_number
    )
    data = {"user_id": caller.user_id, "phone_number": caller.phone_number}
    return success(PHONE_CHANGED, data | known_device(proof), token=token)
