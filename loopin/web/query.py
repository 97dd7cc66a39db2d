"""Checks the parameters of a query: a program that misspells one is told, and not answered as if
there were none."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from loopin.errors import ValidationFailed, raises

MOST_CHARACTERS = 40


class UnknownParameter(ValidationFailed):
    """The query has a name that the operation does not know."""

    field_codes = ("unknown_parameter",)


@raises(UnknownParameter)
def check_names(query: QueryDict, known: Collection[str]) -> None:
    """Raises UnknownParameter for parameters that the operation does not have."""
    broken = [error for name in query if name not in known for error in _unknown(name).errors]
    if broken:
        raise UnknownParameter(broken)


def _unknown(name: str) -> UnknownParameter:
    """What was sent is not repeated, but for what looks like a name."""
    is_name = name.isascii() and name.isidentifier() and len(name) <= MOST_CHARACTERS
    error = ValidationError(_("There is no such parameter here."), code="unknown_parameter")
    return UnknownParameter.from_rule(name if is_name else "query", error)
