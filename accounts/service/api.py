"""The door of services. Other subjects mount their own routers under the same path."""

from django.http import HttpResponse
from django.utils.translation import gettext_noop
from ninja import Router

from accounts.models import ServiceAccountKey
from accounts.models.service_account import ServiceScope
from accounts.service import changes, introspection, people, schemas
from accounts.service.auth import ServiceKey, ServiceRequest
from loopin.errors import NotFound
from loopin.web import query
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.schemas import Envelope

TAG = "Services"
router = Router(tags=[TAG])

USERS_READ = ServiceKey(ServiceScope.USERS_READ)
USER_FOUND = gettext_noop("User retrieved successfully")
USERS_FOUND = gettext_noop("Users retrieved successfully")
AFTER = [
    {
        "name": "after",
        "in": "query",
        "schema": {"type": "string", "maxLength": 64},
        "description": "`next` of the answer before. Without it everybody comes, in turn.",
        "example": "8812-345-1772357400",
    }
]
TOKEN_READ = gettext_noop("Token checked")
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


@router.get(
    "/users/changes",
    **documented(
        "Who changed",
        query.check_names,
        changes.read_changes,
        auth=USERS_READ,
        answer=Envelope[schemas.ServiceChangesOut],
        message=USERS_FOUND,
        parameters=AFTER,
    ),
)
def service_user_changes(request: ServiceRequest) -> HttpResponse:
    """First everybody, a page at a time, and from then on who changed, as they are when you ask.
    Each change comes at least once, and a person may come again without one."""
    query.check_names(request.GET, {"after"})
    found = changes.read_changes(request.GET.get("after", ""), reader=request.auth)
    page = {"next": str(found.next), "has_more": found.has_more}
    return success(USERS_FOUND, vars(found.people) | page)


@router.post(
    "/users/lookup",
    **documented(
        "A user by their number",
        people.look_up,
        auth=USERS_READ,
        answer=Envelope[schemas.ServiceUserOut],
        message=USER_FOUND,
        body=schemas.ServiceLookupIn,
    ),
)
def service_user_lookup(request: ServiceRequest, body: schemas.ServiceLookupIn) -> HttpResponse:
    """Who has proven this number. Each search is written down and counts, also those that find
    nobody."""
    return success(USER_FOUND, people.look_up(body.phone_number, reader=request.auth))


@router.post(
    "/users/batch",
    **documented(
        "Users by their ids",
        auth=USERS_READ,
        answer=Envelope[schemas.ServiceBatchOut],
        message=USERS_FOUND,
        body=schemas.ServiceBatchIn,
    ),
)
def service_user_batch(request: ServiceRequest, body: schemas.ServiceBatchIn) -> HttpResponse:
    """Up to 100 in one call."""
    found = people.read_many(body.ids, reader=request.auth)
    missing = sorted(set(body.ids) - found.ids)
    return success(USERS_FOUND, vars(found) | {"missing": missing})


@router.get(
    "/users/{int:user_id}",
    **documented(
        "A user",
        people.read,
        NotFound,
        auth=USERS_READ,
        answer=Envelope[schemas.ServiceUserOut],
        message=USER_FOUND,
    ),
)
def service_user(request: ServiceRequest, user_id: int) -> HttpResponse:
    """404 for an id that nobody has, 410 once the person was deleted."""
    return success(USER_FOUND, people.read(user_id, reader=request.auth))


@router.post(
    "/introspect",
    **documented(
        "Whether a token counts",
        introspection.introspect,
        auth=USERS_READ,
        answer=Envelope[schemas.IntrospectOut],
        message=TOKEN_READ,
        body=schemas.IntrospectIn,
    ),
)
def service_introspect(request: ServiceRequest, body: schemas.IntrospectIn) -> HttpResponse:
    """For services that need to know at once when a session was ended (RFC 7662): always 200, with
    `active` false for whatever does not count. Others verify with `/.well-known/jwks.json`."""
    return success(TOKEN_READ, introspection.introspect(body.token))
