"""Finds out who of staff calls the API: a program with a personal token, or a signed-in browser.
Service accounts with the scopes of leads are let in, too.

API requests skip the middleware of the pages, so the browser's cookie is read here, with the same
function (`browser_session.get_user`). Calls from a browser need a CSRF token, as forms do.
"""

from django.conf import settings
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from accounts import limits
from accounts.errors import InvalidToken, NotAuthenticated
from accounts.models import ApiToken, User
from accounts.models.api_token import PREFIX, Scope
from accounts.models.service_account import ServiceScope
from accounts.service.auth import READING, ServiceKey
from accounts.service.errors import InsufficientScope
from accounts.sessions import browser_session
from accounts.staff.errors import CSRFRefused
from loopin.errors import raises
from loopin.request_facts import note_caller


class StaffRequest(HttpRequest):
    auth: User


class StaffToken(HttpBearer):
    """A personal API token, of the scope that the method asks for; two statements.

    Passes requests without an `Authorization` header on.
    """

    openapi_description = "A personal token, made by staff at /django/admin/tokens/."

    def scope_for(self, method: str) -> Scope:
        """The scope that a method of HTTP needs."""
        return Scope.READ if method in READING else Scope.WRITE

    @raises(InvalidToken, limits.spend, InsufficientScope)
    def authenticate(self, request: HttpRequest, token: str) -> User:
        user = ApiToken.objects.find_owner(token) if token.startswith(PREFIX) else None
        if user is None:
            raise InvalidToken
        note_caller(user.pk)
        limits.spend([limits.STAFF_API_CALLS.limit_for("token", user.token_id)])
        if self.scope_for(str(request.method)) not in user.token_scopes:
            raise InsufficientScope
        return user

    @raises(authenticate, NotAuthenticated)
    def __call__(self, request: HttpRequest) -> User | None:
        if "Authorization" not in request.headers:
            return None
        user: User | None = super().__call__(request)
        if user is None:
            raise NotAuthenticated
        return user


class StaffSession(APIKeyCookie):
    """A browser in which staff gave password and second factor; two statements.

    Calling the API is no use of the browser: it does not put the end of the session off.
    """

    param_name = settings.SESSION_COOKIE_NAME
    openapi_description = (
        "The browser's own session; unsafe methods send `X-CSRFToken` with the value of the cookie"
        f" `{settings.CSRF_COOKIE_NAME}`."
    )

    @raises(NotAuthenticated, CSRFRefused, limits.spend)
    def __call__(self, request: HttpRequest) -> User:
        # Who it is comes first: a stranger is told to sign in, not to mend a header.
        user = self.authenticate(request, request.COOKIES.get(self.param_name))
        if check_csrf(request) is not None:
            raise CSRFRefused
        return user

    def authenticate(self, request: HttpRequest, key: str | None) -> User:
        request.session = SessionStore(key)
        user = browser_session.get_user(request) if key else None
        if not isinstance(user, User) or not user.is_staff:
            raise NotAuthenticated
        limits.spend([limits.STAFF_API_CALLS.limit_for("user", user.pk)])
        return user


STAFF = [
    ServiceKey(ServiceScope.LEADS_READ, writing=ServiceScope.LEADS_WRITE, is_optional=True),
    StaffToken(),
    StaffSession(),
]
"""`documented(auth=STAFF)`: a key or a token where there is one, else the browser's session."""
