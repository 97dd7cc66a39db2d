"""Finds out who calls the API, from the session of the access token."""

from uuid import UUID

from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts.errors import AccountInactive, InvalidToken, NotAuthenticated
from accounts.models import Session
from accounts.models.session import Caller
from accounts.sessions import access_tokens
from loopin.errors import raises
from loopin.request_facts import note_caller


class BearerToken(HttpBearer):
    """Requires a live session; one statement."""

    @raises(access_tokens.read, AccountInactive)
    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        read = access_tokens.read(token)
        caller = Session.objects.find_caller(read.session_id, generation=read.generation)
        if caller is None:
            raise InvalidToken
        note_caller(caller.user_id, caller.session_id)
        if not caller.is_active:
            raise AccountInactive
        return caller

    @raises(authenticate, NotAuthenticated)
    def __call__(self, request: HttpRequest) -> Caller:
        caller: Caller | None = super().__call__(request)
        if caller is None:
            raise NotAuthenticated
        return caller


@raises(BearerToken.__call__)
def get_caller(request: HttpRequest) -> Caller | None:
    """Who calls an operation that needs no token; None without one. A token that does not count
    is refused."""
    return BearerToken()(request) if "Authorization" in request.headers else None


def get_session_id(request: HttpRequest) -> UUID | None:
    """The session id of the request's token, expired or not; None without a genuine token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return access_tokens.read(token, may_be_expired=True).session_id
    except NotAuthenticated:
        return None


class Request(HttpRequest):
    auth: Caller
