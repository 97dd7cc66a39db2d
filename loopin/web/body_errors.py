"""Turns what pydantic finds in a body into the errors of its fields."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from ninja.errors import ValidationError

from loopin.errors import InvalidJSON, LoopinError, ValidationFailed
from loopin.web.field_codes import CHOICE, FIELD_CODES, OTHER

FOUND_BY_PYDANTIC: dict[str, tuple[str, StrOrPromise]] = {
    "missing": ("required", _("This field is required.")),
    "string_type": ("invalid_type", _("This must be a string.")),
    "int_type": ("invalid_type", _("This must be a whole number.")),
    "bool_type": ("invalid_type", _("This must be true or false.")),
    "list_type": ("invalid_type", _("This must be a list.")),
    "uuid_type": ("invalid_type", _("This must be a string.")),
    "datetime_type": ("invalid_type", _("This must be a string.")),
    "enum": (CHOICE, _("Choose from the list.")),
    "string_too_long": ("too_long", _("Use at most %(count)s characters.")),
}
"""The code and the message for each kind of error that pydantic finds by itself."""

NOT_AN_OBJECT = {"field": "body", "code": "invalid_type", "message": _("Send a JSON object.")}


def translate(error: ValidationError) -> LoopinError:
    """The error of a body in which pydantic found something."""
    if any(found["type"] == "missing" and len(found["loc"]) < 3 for found in error.errors):
        return InvalidJSON()  # there is no body
    errors = {
        (found["loc"][2], code): {"field": found["loc"][2], "code": code, "message": message}
        for found in error.errors
        for code, message in _list_findings(found)
    }
    return ValidationFailed(list(errors.values()))


def _list_findings(found: dict[str, Any]) -> list[tuple[str, str]]:
    """The code and message of each broken rule: one of ours may find several, pydantic's only
    one."""
    context = found.get("ctx", {})
    if "broken" in context:
        return list(context["broken"])
    kind = found["type"]
    other = (kind if kind in FIELD_CODES else OTHER, found["msg"])
    code, message = FOUND_BY_PYDANTIC.get(kind, other)
    return [(code, str(message).replace("%(count)s", str(context.get("max_length"))))]
