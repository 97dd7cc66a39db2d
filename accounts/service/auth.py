"""Finds out which service account calls the API, and whether it has the scope that it needs."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from accounts import limits
from accounts.errors import InvalidToken, NotAuthenticated
from accounts.models import SecurityEvent, ServiceAccountKey, User
from accounts.models.security_event import Kind
from accounts.models.service_account import KEY_PREFIX, ServiceScope
from accounts.service.errors import InsufficientScope
from loopin.errors import raises
from loopin.request_facts import note_caller

READING = ("GET", "HEAD")


class ServiceRequest(HttpRequest):
    """`auth`: the user of the service account, with `token_id` and `token_scopes`."""

    auth: User


class ServiceKey(HttpBearer):
    """`documented(auth=ServiceKey(ServiceScope.USERS_READ))`: a live key of a service account that
    has this scope; two statements.

    `scope`: None asks for no scope. `writing`: the scope that methods other than GET and HEAD
    need, if it is another one. `is_optional`: requests that show no key of a service account are
    passed on to the next way in.
    """

    openapi_description = "A key of a service account, made by superusers in the admin."

    def __init__(
        self,
        scope: ServiceScope | None = None,
        *,
        writing: ServiceScope | None = None,
        is_optional: bool = False,
    ) -> None:
        super().__init__()
        self.scope, self.writing = scope, writing or scope
        self.is_optional = is_optional

    def scope_for(self, method: str) -> ServiceScope | None:
        """The scope that a method of HTTP needs."""
        return self.scope if method in READING else self.writing

    @raises(InvalidToken, limits.spend, InsufficientScope)
    def authenticate(self, request: HttpRequest, token: str) -> User:
        user = ServiceAccountKey.objects.find_owner(token)
        if user is None:
            raise InvalidToken
        note_caller(user.pk)
        limits.spend([limits.SERVICE_CALLS.limit_for(user.pk, cap=user.call_limit)])
        scope = self.scope_for(str(request.method))
        if scope is not None and scope not in user.token_scopes:
            _record_refusal(user, scope)
            raise InsufficientScope
        return user

    @raises(authenticate, NotAuthenticated)
    def __call__(self, request: HttpRequest) -> User | None:
        _, _, token = request.headers.get("Authorization", "").partition(" ")
        if self.is_optional and not token.startswith(KEY_PREFIX):
            return None
        user: User | None = super().__call__(request)
        if user is None:
            raise NotAuthenticated
        return user


def _record_refusal(user: User, scope: ServiceScope) -> None:
    data = {"key": user.token_id, "scope": scope.value}
    SecurityEvent.objects.record(Kind.SERVICE_SCOPE_REFUSED, user_id=user.pk, data=data)
