"""Finds out who calls the API, from the session of the access token."""

from typing import Protocol
from uuid import UUID

from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts.errors import AccountInactive, InvalidToken, NotAuthenticated
from accounts.models import Session
from accounts.models.session import Caller
from accounts.sessions import access_tokens
from loopin.errors import raises
from loopin.request_facts import note_caller


class FindCaller(Protocol):
    """`Session.objects.find_caller`, or what reads more in the same statement."""

    def __call__(self, session_id: UUID, *, generation: str) -> Caller | None: ...


class BearerToken(HttpBearer):
    """Requires a live session; one statement.

    `find_caller`: what reads the session, where the operation needs more than who calls.
    """

    def __init__(self, find_caller: FindCaller | None = None) -> None:
        super().__init__()
        self._find_caller: FindCaller = find_caller or Session.objects.find_caller

    @raises(access_tokens.read, AccountInactive)
    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        read = access_tokens.read(token)
        caller = self._find_caller(read.session_id, generation=read.generation)
        if caller is None:
            raise InvalidToken
        note_caller(caller.user_id, caller.session_id)
        if not caller.is_active:
            raise AccountInactive
        return caller

    @raises(authenticate, NotAuthenticated)
    def __call__(self, request: HttpRequest) -> Caller:
        token = _token_of(request)
        if token is None:
            raise NotAuthenticated
        return self.authenticate(request, token)


def _token_of(request: HttpRequest) -> str | None:
    """The token that the request sends; None for none, or for another kind of credentials."""
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


@raises(BearerToken.__call__)
def get_caller(request: HttpRequest) -> Caller | None:
    """Who calls an operation that needs no token; None without one. A token that does not count
    is refused."""
    return BearerToken()(request) if "HTTP_AUTHORIZATION" in request.META else None


def get_session_id(request: HttpRequest) -> UUID | None:
    """The session id of the request's token, expired or not; None without a genuine token."""
    token = _token_of(request)
    if token is None:
        return None
    try:
        return access_tokens.read(token, may_be_expired=True).session_id
    except NotAuthenticated:
        return None


class Request(HttpRequest):
    auth: Caller
