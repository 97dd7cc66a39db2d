"""Signed-in browsers: the cookie names a session, whose row decides whether it still counts."""

from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare

from accounts.flows.sign_in import SignedIn
from accounts.models import Session, User

SESSION_ID = "sid"
PHONE_NUMBER = "phone_number"
"""Where the number that awaits its code is kept: in the session, never in an address."""


def remember(request: HttpRequest, signed_in: SignedIn) -> None:
    """Sign this browser in, in a fresh cookie."""
    request.session.flush()
    request.session[SESSION_ID] = str(signed_in.session_id)
    rotate_token(request)


def forget(request: HttpRequest) -> None:
    """Sign this browser out; its session is over even for a copy of the cookie."""
    if session_id := request.session.get(SESSION_ID):
        Session.objects.filter(pk=session_id).revoke()
    request.session.flush()
    request.user = AnonymousUser()


def user_of(request: HttpRequest) -> User | AnonymousUser:
    """Who uses this browser; one statement, none for visitors."""
    session_id = request.session.get(SESSION_ID)
    if session_id is None:
        return AnonymousUser()
    user = Session.objects.user(session_id)
    if user is None or not user.is_active or not _has_same_password(request, user):
        return AnonymousUser()
    return user


def session_id_of(request: HttpRequest) -> UUID:
    """The session of a signed-in browser."""
    return UUID(request.session[SESSION_ID])


def _has_same_password(request: HttpRequest, user: User) -> bool:
    """A changed password ends the sessions that the old one opened."""
    password_hash = request.session.get(HASH_SESSION_KEY)
    return password_hash is None or constant_time_compare(
        password_hash, user.get_session_auth_hash()
    )
