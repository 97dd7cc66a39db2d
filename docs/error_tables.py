"""The tables of error codes: ours in docs/errors.md, Twilio's in docs/troubleshooting.md."""

from django.utils import translation

from accounts.messaging.providers.twilio_errors import TROUBLES
from docs.blocks import table
from loopin.api import api
from loopin.errors import OF_EVERY_ADDRESS, LoopinError
from loopin.web.field_codes import FIELD_CODES
from loopin.web.openapi import CODES, example_error
from loopin.web.openapi_document import operations

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
    for path, method, operation in operations(api.get_openapi_schema()):
        place = (f"`{method.upper()} {path}`", operation["tags"][0])
        for response in operation["responses"].values():
            for code in response.get(CODES, ()):
                found.setdefault(code, []).append(place)
    return found


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
    return table(("Status", "Code", "Message", "Where", "What to do"), rows)


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
    return table(("Code of a field", "Fields", "What to do"), rows)


def render_twilio() -> str:
    """What the provider may answer or report, and who mends it how."""
    rows = [(str(code), *words) for code, words in TROUBLES.items()]
    return table(("Twilio's code", "What is wrong", "What to do"), rows)
