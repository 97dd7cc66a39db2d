"""The API for the account as a whole: export all data, or delete the account."""

from django.http import HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router

from accounts.codes import request as code_requests
from accounts.codes import schemas as code_schemas
from accounts.codes.schemas import CODE_SENT
from accounts.idempotency.idempotent import answer_once, idempotent
from accounts.models import User
from accounts.privacy import flows, schemas
from accounts.sessions.bearer_auth import BearerToken, Request
from accounts.sessions.schemas import DEVICE_TOKEN_PARAMETER
from accounts.sessions.user_agent import get_device
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.schemas import Envelope

router = Router(tags=["Account"])

EXPORTED = _("This is everything we hold on you")
ACCOUNT_DELETED = _("Account deleted")


@router.get(
    "/export",
    **documented(
        "Take everything along",
        auth=BearerToken(),
        answer=Envelope[schemas.ExportOut],
        message=EXPORTED,
    ),
)
def export(request: Request) -> HttpResponse:
    """Account, profile, sessions, codes (never readable), the lead with its timeline, and which
    services read it."""
    return success(EXPORTED, flows.export(request.auth.user_id))


@router.post(
    "/account/delete-code",
    **documented(
        "Ask for a code to delete the account",
        flows.recipient_of,
        flows.request_delete_code,
        answer_once,
        auth=BearerToken(),
        answer=Envelope[schemas.DeleteCodeSentOut],
        message=CODE_SENT,
        parameters=code_schemas.ASKING_PARAMETERS,
    ),
)
@idempotent()
def request_delete_code(request: Request) -> HttpResponse:
    """Sends a code to the caller's number, or by e-mail if none is verified. It works for this
    alone."""
    sent = flows.request_delete_code(own_recipient(request), code_requests.from_api(request))
    return success(CODE_SENT, code_schemas.code_sent(sent))


@router.delete(
    "/account",
    **documented(
        "Delete the account",
        flows.recipient_of,
        flows.delete,
        auth=BearerToken(),
        answer=Envelope[None],
        message=ACCOUNT_DELETED,
        body=schemas.DeleteAccountIn,
        parameters=[DEVICE_TOKEN_PARAMETER],
    ),
)
def delete_account(request: Request, body: schemas.DeleteAccountIn) -> HttpResponse:
    """Forgets the person and signs every device out. The number is free for a new account."""
    device = get_device(request)
    flows.delete(request.auth.user_id, own_recipient(request), body.otp_code, device)
    return success(ACCOUNT_DELETED)


def own_recipient(request: Request) -> str:
    """Where the code goes that deletes the caller's account."""
    number = request.auth.phone_number
    return number or flows.recipient_of(User.objects.get(pk=request.auth.user_id))
