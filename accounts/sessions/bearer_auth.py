"""Who calls the API: the access token's session, read together with its user."""

from uuid import UUID

from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts import errors
from accounts.errors import AccountInactive, InvalidToken, NotAuthenticated
from accounts.models import Session
from accounts.models.session import Caller
from accounts.sessions import access_tokens
from loopin.errors import DatabaseUnavailable

SIGNED_IN = (
    errors.NotAuthenticated,
    errors.InvalidToken,
    errors.TokenExpired,
    errors.AccountInactive,
    DatabaseUnavailable,
)


class BearerToken(HttpBearer):
    """Requires a live session; one statement.

    Raises NotAuthenticated, TokenExpired, InvalidToken or AccountInactive.
    """

    def __call__(self, request: HttpRequest) -> Caller:
        caller: Caller | None = super().__call__(request)
        if caller is None:
            raise NotAuthenticated
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        caller = Session.objects.caller(access_tokens.read(token))
        if caller is None:
            raise InvalidToken
        if not caller.is_active:
            raise AccountInactive
        return caller


def caller_of(request: HttpRequest) -> Caller | None:
    """Who calls an operation that needs no token; None without one. Raises what BearerToken does
    for a token that does not count."""
    return BearerToken()(request) if "Authorization" in request.headers else None


def session_of(request: HttpRequest) -> UUID | None:
    """The session named by the request's token, expired or not; None without a genuine one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return access_tokens.read(token, may_be_expired=True)
    except NotAuthenticated:
        return None


class Request(HttpRequest):
    auth: Caller
