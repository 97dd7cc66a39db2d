"""Staff in a browser: what the cookie has to show besides a live session.

It is signed and belongs to one session, so it costs no statement to believe it. Only a password
puts anything here: a session that a phone opened never counts as staff's, whatever the account
becomes.
"""

import time
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User

IDLE_SECONDS = 60 * 60
LIFETIME = timedelta(hours=24)
"""NIST SP 800-63B §2.2.3 (AAL2): 1 hour without use, 24 hours in all."""

TOUCH_SECONDS = 60
"""How exact the time of last use is; the cookie is not written at every request."""

USED_AT = "staff_used_at"
SECOND_FACTOR = "staff_second_factor"
PASSED, WAIVED = "passed", "waived"


def remember_password(request: HttpRequest, *, asks_second_factor: bool) -> None:
    """The password was right."""
    request.session[USED_AT] = int(time.time())
    if not asks_second_factor:
        request.session[SECOND_FACTOR] = WAIVED


def remember_second_factor(request: HttpRequest) -> None:
    """The code was right too."""
    request.session[SECOND_FACTOR] = PASSED


def get_member(request: HttpRequest) -> User:
    """Who of staff asks, behind the door that lets nobody else in (accounts/middleware.py)."""
    return cast(User, request.user)


def clear_second_factor(request: HttpRequest) -> None:
    request.session.pop(SECOND_FACTOR, None)


def has_passed(request: HttpRequest) -> bool:
    """Whether the second factor was given, or none was wanted and none is."""
    state = request.session.get(SECOND_FACTOR)
    return state == PASSED or (state == WAIVED and not settings.STAFF_REQUIRE_2FA)


def is_in_time(request: HttpRequest, signed_in_at: datetime) -> bool:
    """Whether staff signed in less than 24 hours ago and were here within the last hour."""
    now = int(time.time())
    used_at = request.session.get(USED_AT, 0)
    if now - used_at > IDLE_SECONDS or timezone.now() - signed_in_at > LIFETIME:
        return False
    if now - used_at >= TOUCH_SECONDS and not _is_automatic(request):
        request.session[USED_AT] = now
    return True


def _is_automatic(request: HttpRequest) -> bool:
    """A desk left open asks by itself, under a condition: nobody needs to sit before it."""
    return "HX-Request" in request.headers and "If-None-Match" in request.headers
