"""The door of services. Other subjects mount their own routers under the same path."""

from django.http import HttpResponse
from django.utils.translation import gettext_noop
from ninja import Router

from accounts.models import ServiceAccountKey
from accounts.service import schemas
from accounts.service.auth import ServiceKey, ServiceRequest
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.schemas import Envelope

TAG = "Services"
router = Router(tags=[TAG])

ACCOUNT_FOUND = gettext_noop("Service account retrieved successfully")


@router.get(
    "/account",
    **documented(
        "The account of a key",
        auth=ServiceKey(),
        answer=Envelope[schemas.ServiceAccountOut],
        message=ACCOUNT_FOUND,
    ),
)
def service_account(request: ServiceRequest) -> HttpResponse:
    """What the key may do, and until when: ask before it expires. It needs no scope."""
    return success(ACCOUNT_FOUND, ServiceAccountKey.objects.describe(request.auth.token_id))
