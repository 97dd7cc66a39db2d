"""Who calls the API: the access token's session, read together with its user."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts import tokens
from accounts.errors import AccountInactive, InvalidToken, NotAuthenticated
from accounts.models import Session


@dataclass(frozen=True)
class Caller:
    session_id: UUID
    user_id: int
    phone_number: str | None


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
        session_id = tokens.read(token)
        row = (
            Session.objects.live()
            .filter(pk=session_id)
            .values_list("user_id", "user__phone_number", "user__is_active")
            .first()
        )
        if row is None:
            raise InvalidToken
        user_id, phone_number, is_active = row
        if not is_active:
            raise AccountInactive
        return Caller(session_id, user_id, phone_number)


def session_of(request: HttpRequest) -> UUID | None:
    """The session named by the request's token, whatever its state; None without a genuine one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return tokens.read(token)
    except NotAuthenticated:
        return None
