"""The tables of error codes: ours in docs/errors.md, Twilio's in docs/troubleshooting.md."""

from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Any

from django.utils import translation

from accounts.messaging.providers.twilio_errors import TROUBLES
from loopin.api import api
from loopin.errors import OF_EVERY_ADDRESS, LoopinError
from loopin.web.field_codes import FIELD_CODES
from loopin.web.openapi import example_error

MOST_PLACES, MOST_PARTS = 4, 5
"""Of more operations the table names the parts of the API, and of more parts none."""


def error_classes() -> dict[str, type[LoopinError]]:
    """The class of each code: the one that names it first."""
    found: dict[str, type[LoopinError]] = {}
    waiting = [LoopinError]
    while waiting:
        children = waiting.pop(0).__subclasses__()
        for child in children:
            if "code" in vars(child):
                found.setdefault(child.code, child)
        waiting += children
    return found


def places() -> dict[str, list[tuple[str, str]]]:
    """For each code, the operations that can answer with it, each with the part of the API."""
    found: dict[str, list[tuple[str, str]]] = {error.code: [] for error in OF_EVERY_ADDRESS}
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            for code in _codes(operation):
                place = f"`{method.upper()} {path.rstrip('/')}`"
                found.setdefault(code, []).append((place, operation["tags"][0]))
    return found


def _codes(operation: Any) -> Iterator[str]:
    for status, response in operation["responses"].items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            shown = response["content"]["application/json"]["examples"].values()
            yield from (one["value"]["code"] for one in shown if "code" in one["value"])


def render_errors() -> str:
    """Every `code` of a failure."""
    classes, found = error_classes(), places()
    with translation.override("en"):
        errors = [(example_error(classes[code]), where) for code, where in found.items()]
        errors.sort(key=lambda one: (one[0].status, one[0].code))
        rows = [
            (str(error.status), f"`{error.code}`", error.message, _where(where), error.advice)
            for error, where in errors
        ]
    return _table(("Status", "Code", "Message", "Where", "What to do"), rows)


def _where(found: list[tuple[str, str]]) -> str:
    if not found:
        return "every address"
    if len(found) <= MOST_PLACES:
        return ", ".join(place for place, _ in found)
    parts = list(dict.fromkeys(part for _, part in found))
    return ", ".join(parts) if len(parts) <= MOST_PARTS else "most operations"


def render_fields() -> str:
    """Every `code` in the `errors` of a 422."""
    rows = [(f"`{code}`", one.fields, one.advice) for code, one in sorted(FIELD_CODES.items())]
    return _table(("Code of a field", "Fields", "What to do"), rows)


def render_twilio() -> str:
    """What the provider may answer or report, and who mends it how."""
    rows = [(str(code), *words) for code, words in TROUBLES.items()]
    return _table(("Twilio's code", "What is wrong", "What to do"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
