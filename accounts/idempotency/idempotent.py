"""Makes an operation of the API take an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-
header-07)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from typing import Any, TypeVar, cast

from django.http import HttpRequest, HttpResponse

from accounts.idempotency import flows, keys
from accounts.idempotency.errors import IdempotencyKeyInvalid
from accounts.models.idempotency_key import KEPT
from accounts.models.session import Caller
from loopin.errors import raises
from loopin.web.http import json_bytes

View = TypeVar("View", bound=Callable[..., HttpResponse])

BEGUN_AT = "begun_at"
"""The attribute of a request that did not end the first time: when it began."""

PARAMETER = {
    "name": keys.HEADER,
    "in": "header",
    "required": False,
    "description": "A fresh random text for each thing that is to be done, such as a UUID in"
    " quotes. The same request with the same key does nothing again and gets the first answer, for"
    f" {KEPT.total_seconds() / 3600:.0f} hours. A refusal does not use the key up.",
    "schema": {"type": "string", "minLength": keys.MIN_LENGTH, "maxLength": keys.MAX_LENGTH + 2},
    "example": '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
}


@raises(flows.run_once, IdempotencyKeyInvalid)
def answer_once(
    request: HttpRequest, scope: str, content: str, view: Callable[[], HttpResponse]
) -> HttpResponse:
    """The response of `view`, or the first one for the key that the request has."""
    value = keys.parse(request.headers[keys.HEADER])
    if value is None:
        raise IdempotencyKeyInvalid

    def work(begun_at: datetime | None) -> bytes:
        vars(request)[BEGUN_AT] = begun_at
        return _packed(view())

    answer = flows.run_once(keys.RequestKey(value, scope), content, work)
    status, _, body = answer.partition(b" ")
    return json_bytes(body, status=int(status))


def idempotent(
    *,
    content_of: Callable[..., str] | None = None,
    get_caller: Callable[[Any], Caller | None] | None = None,
) -> Callable[[View], View]:
    """`@idempotent()`: a request that comes again with the same key is answered like the first.

    `content_of`: reads what a request says that has no JSON body. `get_caller`: finds out who calls
    an operation that needs no token. Without the header nothing is read or written.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            answer = partial(view, request, *args, **kwargs)
            if keys.HEADER not in request.headers:
                return answer()
            caller = get_caller(request) if get_caller else getattr(request, "auth", None)
            scope = f"{view.__module__}.{view.__name__} {caller.user_id if caller else '-'}"
            content = content_of(request) if content_of else _body_of(kwargs)
            return answer_once(request, scope, content, answer)

        return cast(View, wrapper)

    return decorate


def _body_of(arguments: dict[str, Any]) -> str:
    body = arguments.get("body")
    return "" if body is None else body.model_dump_json()


def _packed(response: HttpResponse) -> bytes:
    return b"%d %s" % (response.status_code, response.content)
