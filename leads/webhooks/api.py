"""Service accounts manage the endpoints that they made."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_noop
from ninja import Router

from accounts.models.service_account import ServiceScope
from accounts.service.api import TAG
from accounts.service.auth import ServiceKey, ServiceRequest
from leads.models import WebhookDelivery, WebhookEndpoint
from leads.models.webhook_endpoint import State
from leads.webhooks import flows, schemas
from leads.webhooks.signing import message_id_of, secret_of
from loopin.errors import NotFound
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.query import BEFORE, before_of
from loopin.web.schemas import Envelope

router = Router(tags=[TAG])

AUTH = ServiceKey(ServiceScope.WEBHOOKS_MANAGE)
FOUND = gettext_noop("Webhook endpoints retrieved successfully")
CREATED = gettext_noop("Webhook endpoint created")
CHANGED = gettext_noop("Webhook endpoint changed")
DELETED = gettext_noop("Webhook endpoint deleted")
ROTATED = gettext_noop("The endpoint has another secret")
DELIVERIES_FOUND = gettext_noop("Deliveries retrieved successfully")
IS_SENT = gettext_noop("The message is on its way")

ENDPOINT = "/webhooks/{int:endpoint_id}"


def _of_endpoint(summary: str, *calls: Any, **parts: Any) -> dict[str, Any]:
    """Describes an operation of one endpoint, whose path has its id, as `documented` does."""
    return documented(summary, *calls, NotFound, auth=AUTH, **parts)


@router.get(
    "/webhooks",
    **documented(
        "List webhook endpoints",
        auth=AUTH,
        answer=Envelope[list[schemas.EndpointOut]],
        message=FOUND,
    ),
)
def list_webhooks(request: ServiceRequest) -> HttpResponse:
    """Those that this account made, without their secrets."""
    return success(FOUND, [_endpoint(row) for row in flows.list_endpoints(request.auth)])


@router.post(
    "/webhooks",
    **documented(
        "Add a webhook endpoint",
        flows.create,
        auth=AUTH,
        answer=Envelope[schemas.EndpointWithSecretOut],
        message=CREATED,
        body=schemas.EndpointIn,
        success_status=201,
    ),
)
def create_webhook(request: ServiceRequest, body: schemas.EndpointIn) -> HttpResponse:
    """It is told what happens from here on. The secret is shown this once."""
    endpoint = flows.create(request.auth, body.model_dump())
    return success(CREATED, _with_secret(endpoint), status=201)


@router.get(
    ENDPOINT,
    **_of_endpoint(
        "A webhook endpoint",
        flows.get,
        answer=Envelope[schemas.EndpointOut],
        message=FOUND,
    ),
)
def get_webhook(request: ServiceRequest, endpoint_id: int) -> HttpResponse:
    """One that this account made, without its secret."""
    return success(FOUND, _endpoint(flows.get(request.auth, endpoint_id)))


@router.patch(
    ENDPOINT,
    **_of_endpoint(
        "Change a webhook endpoint",
        flows.change,
        answer=Envelope[schemas.EndpointOut],
        message=CHANGED,
        body=schemas.EndpointChangeIn,
    ),
)
def change_webhook(
    request: ServiceRequest,
    endpoint_id: int,
    body: schemas.EndpointChangeIn,
) -> HttpResponse:
    """What is left out stays as it is."""
    fields = body.model_dump(exclude_unset=True)
    return success(CHANGED, _endpoint(flows.change(request.auth, endpoint_id, fields)))


@router.delete(
    ENDPOINT,
    **_of_endpoint(
        "Delete a webhook endpoint",
        flows.delete,
        answer=Envelope[None],
        message=DELETED,
    ),
)
def delete_webhook(request: ServiceRequest, endpoint_id: int) -> HttpResponse:
    """The record of its deliveries goes with it. To pause it, set `is_active` to false."""
    flows.delete(request.auth, endpoint_id)
    return success(DELETED)


@router.post(
    ENDPOINT + "/rotate",
    **_of_endpoint(
        "Change the secret of a webhook endpoint",
        flows.rotate,
        answer=Envelope[schemas.EndpointWithSecretOut],
        message=ROTATED,
    ),
)
def rotate_webhook(request: ServiceRequest, endpoint_id: int) -> HttpResponse:
    """For a while messages are signed with both secrets (`rotated_at`). The new one is shown this
    once."""
    return success(ROTATED, _with_secret(flows.rotate(request.auth, endpoint_id)))


@router.post(
    ENDPOINT + "/test",
    **_of_endpoint(
        "Send a test message",
        flows.send_test,
        answer=Envelope[schemas.DeliveryOut],
        message=IS_SENT,
        success_status=202,
    ),
)
def test_webhook(request: ServiceRequest, endpoint_id: int) -> HttpResponse:
    """`webhook.test`, within a second or two; the deliveries show how it went."""
    delivery = flows.send_test(request.auth, endpoint_id)
    return success(IS_SENT, _delivery(delivery), status=202)


@router.get(
    ENDPOINT + "/deliveries",
    **_of_endpoint(
        "List deliveries",
        flows.list_deliveries,
        before_of,
        answer=Envelope[schemas.DeliveryPageOut],
        message=DELIVERIES_FOUND,
        parameters=BEFORE,
    ),
)
def list_webhook_deliveries(request: ServiceRequest, endpoint_id: int) -> HttpResponse:
    """The latest first, a page at a time."""
    before = before_of(request.GET)
    found, following = flows.list_deliveries(request.auth, endpoint_id, before=before)
    data = {"deliveries": [_delivery(row) for row in found], "next": following}
    return success(DELIVERIES_FOUND, data)


@router.post(
    ENDPOINT + "/deliveries/{int:delivery_id}/resend",
    **_of_endpoint(
        "Send a delivery again",
        flows.resend,
        answer=Envelope[schemas.DeliveryOut],
        message=IS_SENT,
        success_status=202,
    ),
)
def resend_webhook_delivery(
    request: ServiceRequest, endpoint_id: int, delivery_id: int
) -> HttpResponse:
    """Under the same `webhook-id`, with what its data is now."""
    delivery = flows.resend(request.auth, endpoint_id, delivery_id)
    return success(IS_SENT, _delivery(delivery), status=202)


def _endpoint(endpoint: WebhookEndpoint) -> dict[str, Any]:
    return {name: getattr(endpoint, name) for name in schemas.EndpointOut.model_fields}


def _with_secret(endpoint: WebhookEndpoint) -> Mapping[str, Any]:
    return _endpoint(endpoint) | {"secret": secret_of(endpoint.seed)}


def _delivery(delivery: WebhookDelivery) -> dict[str, Any]:
    is_pending = delivery.state == State.PENDING
    return {
        "id": delivery.pk,
        "message_id": message_id_of(delivery.pk),
        "type": delivery.event_type,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
        "created_at": delivery.created_at,
        "delivered_at": delivery.delivered_at,
        "next_attempt_at": delivery.next_attempt_at if is_pending else None,
    }
