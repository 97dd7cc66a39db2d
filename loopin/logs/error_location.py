"""Names errors in the log without their words, which may hold an address, a number or a name."""

import traceback
from pathlib import Path

from django.conf import settings

MOST_CALLS = 6
"""How many of the calls that led to an error are named: the last ones."""


def location_of(error: BaseException) -> str:
    """`ValueError in send (accounts/messaging/email.py:40) < …`: the kind of an error, and the last
    calls that led to it, the last one first."""
    calls = traceback.extract_tb(error.__traceback__)[-MOST_CALLS:]
    named = [f"{call.name} ({_short(call.filename)}:{call.lineno})" for call in reversed(calls)]
    return f"{type(error).__name__} in {' < '.join(named)}"


def _short(file_name: str) -> str:
    """The path within the project, or the last two parts of any other."""
    path = Path(file_name)
    is_ours = path.is_relative_to(settings.BASE_DIR) and "site-packages" not in path.parts
    if is_ours:
        return str(path.relative_to(settings.BASE_DIR))
    return "/".join(path.parts[-2:])
