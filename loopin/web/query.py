"""Checks the parameters of a query: a program that misspells one is told, and not answered as if
there were none."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from loopin.errors import FieldRefused, ValidationFailed, raises
from loopin.text.ids import row_id

MOST_CHARACTERS = 40

BEFORE = [
    {
        "name": "before",
        "in": "query",
        "schema": {"type": "integer", "format": "int64", "minimum": 1},
        "description": "`next` of the answer before.",
    }
]
"""What `before_of` reads."""


class ParameterRefused(ValidationFailed):
    """The query has a name that the operation does not know, or one name several times, of which
    only one could count."""

    field_codes = ("unknown_parameter", "duplicate")


class CursorInvalid(FieldRefused):
    reason = "invalid"

    def __init__(self, field: str) -> None:
        super().__init__(_("This is not the `next` of an answer."), field=field)


@raises(ParameterRefused)
def check_names(query: QueryDict, known: Collection[str]) -> None:
    """Raises ParameterRefused for parameters that the operation does not have or has once."""
    unknown = ValidationError(_("There is no such parameter here."), code="unknown_parameter")
    repeated = ValidationError(_("Send this parameter once."), code="duplicate")
    broken = [
        *(_refusal(name, unknown) for name in query if name not in known),
        *(_refusal(name, repeated) for name in known if len(query.getlist(name)) > 1),
    ]
    if broken:
        raise ParameterRefused([error for refused in broken for error in refused.errors])


@raises(check_names, CursorInvalid)
def before_of(query: QueryDict) -> int | None:
    """The id before which a page begins; None for the first page. Raises CursorInvalid for what is
    no id."""
    check_names(query, {"before"})
    typed = query.get("before", "")
    if typed and row_id(typed) is None:
        raise CursorInvalid("before")
    return row_id(typed)


def _refusal(name: str, error: ValidationError) -> ParameterRefused:
    """What was sent is not repeated, but for what looks like a name."""
    is_name = name.isascii() and name.isidentifier() and len(name) <= MOST_CHARACTERS
    return ParameterRefused.from_rule(name if is_name else "query", error)
