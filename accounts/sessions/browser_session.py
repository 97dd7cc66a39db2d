"""Signs browsers in and out: the cookie names a session, and is valid while its row is live."""

from uuid import UUID

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils.crypto import constant_time_compare

from accounts.access import CustomerRequest
from accounts.models import Session, User
from accounts.models.session import Caller
from accounts.sessions import flows, known_devices, staff_state
from accounts.sessions.flows import SignedIn
from loopin.request_facts import note_caller
from loopin.web import next_page

SESSION_ID = "sid"


def sign_in(request: HttpRequest, signed_in: SignedIn) -> str:
    """Sign this browser in, with a fresh cookie, and remember it as a known device.

    Returns the page that the person wanted to see, or that of their profile.
    """
    wanted = next_page.get_page(request)
    request.session.flush()
    request.session[SESSION_ID] = str(signed_in.session_id)
    known_devices.remember(request, signed_in.account.device_proof)
    rotate_token(request)
    return wanted


def sign_out(request: HttpRequest) -> None:
    """Sign this browser out. The session ends, so a copy of the cookie is useless, too."""
    end_session(request)
    request.session.flush()
    request.user = AnonymousUser()


def end_session(request: HttpRequest) -> None:
    """End the session that this browser's cookie names, if it names one."""
    if SESSION_ID in request.session:
        flows.sign_out(get_session_id(request))


def get_user(request: HttpRequest) -> User | AnonymousUser:
    """The user of this browser; one statement, none for visitors.

    Staff count as visitors until they have given their second factor.
    """
    user = _find_session_user(request)
    if user is None or (user.is_staff and not staff_state.has_passed(request)):
        return AnonymousUser()
    return user


def get_staff(request: HttpRequest) -> User | None:
    """The member of staff whose password was right here, with or without the second factor."""
    user = _find_session_user(request)
    return user if user is not None and user.is_staff else None


def get_session_id(request: HttpRequest) -> UUID:
    """The session id of a signed-in browser."""
    return UUID(request.session[SESSION_ID])


def _find_session_user(request: HttpRequest) -> User | None:
    session_id = request.session.get(SESSION_ID)
    user = Session.objects.find_user(session_id) if session_id is not None else None
    if user is None or not user.is_active or not _has_same_password(request, user):
        return None
    if user.is_staff and not staff_state.is_in_time(request, user.session_created_at):
        return None
    note_caller(user.pk, session_id)
    return user


def _has_same_password(request: HttpRequest, user: User) -> bool:
    """A changed password ends the sessions that the old one opened."""
    password_hash = request.session.get(HASH_SESSION_KEY)
    return password_hash is None or constant_time_compare(
        password_hash, user.get_session_auth_hash()
    )


def get_caller(request: CustomerRequest) -> Caller:
    """The user of this browser as flows expect the caller."""
    user = request.user
    return Caller(get_session_id(request), user.pk, user.phone_number, user.is_active)
