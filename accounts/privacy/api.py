"""The API's door to the account as a whole: take everything along, or be forgotten."""

from django.http import HttpResponse
from django.utils.translation import gettext_noop as _
from ninja import Router

from accounts import errors
from accounts.codes import request as code_request
from accounts.codes import schemas as code_schemas
from accounts.codes.schemas import CODE_SENT
from accounts.models import User
from accounts.privacy import flows, schemas
from accounts.sessions.bearer_auth import SIGNED_IN, BearerToken, Request
from loopin.errors import Forbidden, ValidationFailed
from loopin.web.client_network import client_ip
from loopin.web.http import success
from loopin.web.schemas import BAD_BODY, Envelope, documented

router = Router(tags=["Account"])

EXPORTED = _("This is everything we hold on you")
ACCOUNT_DELETED = _("Account deleted")


@router.get(
    "/export",
    auth=BearerToken(),
    **documented(
        "Take everything along",
        *SIGNED_IN,
        answer=Envelope[schemas.ExportOut],
        message=EXPORTED,
    ),
)
def export(request: Request) -> HttpResponse:
    """Account, profile, sessions, codes (never readable), and the lead with its timeline."""
    return success(EXPORTED, flows.export(request.auth.user_id))


@router.post(
    "/account/delete-code",
    auth=BearerToken(),
    **documented(
        "Ask for a code to delete the account",
        *SIGNED_IN,
        Forbidden,
        ValidationFailed,
        errors.ResendTooSoon,
        errors.SmsUnavailable,
        errors.EmailUnavailable,
        answer=Envelope[code_schemas.CodeSentOut],
        message=CODE_SENT,
    ),
)
def request_delete_code(request: Request) -> HttpResponse:
    """Sends a code to the caller's number, or by e-mail if none is verified. It works for this
    alone."""
    sent = flows.request_delete_code(own_recipient(request), code_request.by_api(request))
    return success(CODE_SENT, code_schemas.code_sent(sent))


@router.delete(
    "/account",
    auth=BearerToken(),
    **documented(
        "Delete the account",
        *SIGNED_IN,
        Forbidden,
        errors.WrongCode,
        errors.CodeExpired,
        errors.CodeNotFound,
        errors.AttemptsExceeded,
        *BAD_BODY,
        answer=Envelope[None],
        message=ACCOUNT_DELETED,
        body=schemas.DeleteAccountIn,
    ),
)
def delete_account(request: Request, body: schemas.DeleteAccountIn) -> HttpResponse:
    """Forgets the person and signs every device out. The number is free for a new account."""
    flows.delete(
        request.auth.user_id, own_recipient(request), body.otp_code, client_ip=client_ip(request)
    )
    return success(ACCOUNT_DELETED)


def own_recipient(request: Request) -> str:
    """Raises Forbidden for accounts without number and e-mail address."""
    number = request.auth.phone_number
    return number or flows.recipient_of(User.objects.get(pk=request.auth.user_id))
