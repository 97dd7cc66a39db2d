"""The numbers that await their codes in one browser.

Each form of a code names its own, so that two tabs do not mix theirs up. The session has the names
of a few, newest last, and no other name is worth anything in this browser: neither one that
somebody else's browser has, nor one that is made up.
"""

from urllib.parse import urlencode

from django.shortcuts import resolve_url

from accounts.models import PendingNumber
from loopin.web.http import PageRequest, get_typed

FIELD = "pending_number"
"""The field of forms, and the parameter of addresses, with the name of a `PendingNumber`."""

MOST = 5
"""How many a browser keeps for each kind of form, because its cookie holds at most 4 096 bytes."""


def _names(request: PageRequest, session_key: str) -> dict[str, str]:
    """The names, each with what was noted about it."""
    kept = request.session.get(session_key)
    return kept if isinstance(kept, dict) else {}


def add(request: PageRequest, session_key: str, name: str) -> None:
    """Keep a name as the latest; the oldest goes when there are too many."""
    discard(request, session_key, name)
    names = [*_names(request, session_key).items(), (name, "")]
    request.session[session_key] = dict(names[-MOST:])


def remember(
    request: PageRequest, session_key: str, phone_number: str, *, is_typed: bool = True
) -> None:
    """Keep a number for this browser, as the latest."""
    names = _names(request, session_key)
    name = PendingNumber.objects.remember(phone_number, is_typed=is_typed, names=names)
    add(request, session_key, name)


def find_latest(request: PageRequest, session_key: str) -> str | None:
    return next(reversed(_names(request, session_key)), None)


def find(request: PageRequest, session_key: str) -> str | None:
    """The name that the form or the address gives, if it is this browser's; without any, the
    latest."""
    given = get_typed(request).get(FIELD) or request.GET.get(FIELD)
    if not given:
        return find_latest(request, session_key)
    return given if given in _names(request, session_key) else None


def discard(request: PageRequest, session_key: str, name: str) -> None:
    """Forget a name that has its code."""
    names = _names(request, session_key)
    request.session[session_key] = {kept: note for kept, note in names.items() if kept != name}


def write_note(request: PageRequest, session_key: str, name: str, note: str) -> None:
    request.session[session_key] = _names(request, session_key) | {name: note}


def read_note(request: PageRequest, session_key: str, name: str) -> str:
    return _names(request, session_key).get(name, "")


def address(request: PageRequest, session_key: str, step: str, name: str | None = None) -> str:
    """Where the step for the code of this number is, or of the latest.

    The address names the number only if this browser has several.
    """
    if _is_only_one(request, session_key):
        return resolve_url(step)
    name = name or find_latest(request, session_key)
    return f"{resolve_url(step)}?{urlencode({FIELD: name})}"


def is_named_needlessly(request: PageRequest, session_key: str) -> bool:
    """Whether the address of a page names the only number there is."""
    is_named = request.method == "GET" and FIELD in request.GET
    return is_named and _is_only_one(request, session_key)


def _is_only_one(request: PageRequest, session_key: str) -> bool:
    return len(_names(request, session_key)) < 2
