"""What the cookie of staff has besides the session: the second factor and the time of last use.

The cookie is signed and belongs to one session, so it is trusted without a statement. Only a
sign-in by password sets these values. A session that began by phone therefore never counts as one
of staff, even if the account becomes staff later.
"""

import time
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from accounts.sessions import known_devices

IDLE_SECONDS = 60 * 60
LIFETIME = timedelta(hours=24)
"""NIST SP 800-63B §2.2.3 (AAL2): 1 hour without use, 24 hours in all."""

TOUCH_SECONDS = 60
"""How often the time of last use is written, so that not every request writes the cookie."""

USED_AT = "staff_used_at"
SECOND_FACTOR = "staff_second_factor"
INVITATION = "staff_invitation"
PASSED, WAIVED = "passed", "waived"


def remember_password(request: HttpRequest, user: User, *, asks_second_factor: bool) -> None:
    """Note that the password was right."""
    request.session[USED_AT] = int(time.time())
    if not asks_second_factor:
        _let_in(request, user, WAIVED)


def remember_second_factor(request: HttpRequest, user: User) -> None:
    """Note that the second factor was right."""
    _let_in(request, user, PASSED)


def _let_in(request: HttpRequest, user: User, state: str) -> None:
    """The browser is a known device only after everything that was asked for was right."""
    request.session[SECOND_FACTOR] = state
    known_devices.remember(request, user.device_proof)


def remember_invitation(request: HttpRequest, invitation_id: int) -> None:
    """Note which invitation's link was opened in this browser."""
    request.session[INVITATION] = invitation_id


def take_invitation(request: HttpRequest) -> int | None:
    """Which invitation's link was opened in this browser; the next call returns None."""
    invitation_id: int | None = request.session.pop(INVITATION, None)
    return invitation_id


def get_member(request: HttpRequest) -> User:
    """The member of staff, in views that the middleware opens for staff only
    (accounts/middleware.py)."""
    return cast(User, request.user)


def has_passed(request: HttpRequest) -> bool:
    """Whether the second factor was given, or none was required at sign-in and none is now."""
    state = request.session.get(SECOND_FACTOR)
    return state == PASSED or (state == WAIVED and not settings.STAFF_REQUIRE_2FA)


def is_in_time(request: HttpRequest, signed_in_at: datetime) -> bool:
    """Whether staff signed in less than 24 hours ago and were here within the last hour."""
    if seconds_left(request, signed_in_at) < 0:
        return False
    now = int(time.time())
    if now - _used_at(request) >= TOUCH_SECONDS and not _is_automatic(request):
        request.session[USED_AT] = now
    return True


def seconds_left(request: HttpRequest, signed_in_at: datetime) -> float:
    """For how long this cookie is in time, if nobody uses it; negative if it is not."""
    unused = _used_at(request) + IDLE_SECONDS - int(time.time())
    return min(unused, (signed_in_at + LIFETIME - timezone.now()).total_seconds())


def _used_at(request: HttpRequest) -> int:
    """In seconds since 1970."""
    used_at: int = request.session.get(USED_AT, 0)
    return used_at


def _is_automatic(request: HttpRequest) -> bool:
    """Whether an open desk refreshed itself, which it does with `If-None-Match` and without a
    person."""
    return "HX-Request" in request.headers and "If-None-Match" in request.headers
