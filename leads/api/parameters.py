"""What the staff API reads from the query, described from the desk's own filter form.

The desk leaves out a filter that it does not understand. A program would take what is left for the
answer to its question, so the API refuses.
"""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import override

from leads.desk.filters import FREE, MINE, LeadFilterForm
from leads.desk.paging import is_cursor
from loopin.errors import ValidationFailed, raises
from loopin.text.ids import row_id
from loopin.web import query as queries

CURSOR_MAX_LENGTH = 64
"""Longer than a time in ISO 8601 with an id."""

MEANINGS = {
    "q": (
        "A part of the name or of the e-mail address, a whole number in any spacing, or its last"
        " 4 digits. Other digits find only numbers that the caller sees in full. Each number"
        " counts once a day as one that was revealed."
    ),
    "owner": "`me`, `none`, or the id of a member of staff.",
    "country": "Two letters, such as IN.",
}


def _described(name: str, field: forms.Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        schema["enum"] = [value for value, _ in choices if value]
    if isinstance(field, forms.DateField):
        schema["format"] = "date"
    if isinstance(field, forms.RegexField):
        schema["pattern"] = field.regex.pattern
    if isinstance(field, forms.CharField) and field.max_length:
        schema["maxLength"] = field.max_length
    meaning = MEANINGS.get(name, str(field.label))
    return {"name": name, "in": "query", "schema": schema, "description": meaning}


with override(None):  # one description for all readers
    _FIELDS = [_described(name, field) for name, field in LeadFilterForm.base_fields.items()]

FILTERS = [
    *_FIELDS,
    {
        "name": "after",
        "in": "query",
        "schema": {"type": "string", "maxLength": CURSOR_MAX_LENGTH},
        "description": "`next` of the page before.",
    },
]

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

CODES = {"max_length": "too_long", "null_characters_not_allowed": "invalid_characters"}
"""What the API calls Django's errors; the others have the same name."""


@raises(queries.check_names, queries.CursorInvalid, ValidationFailed)
def filters_of(query: QueryDict) -> LeadFilterForm:
    """The filters of a list. Raises ValidationFailed for all that is not understood."""
    queries.check_names(query, {*LeadFilterForm.base_fields, "after"})
    form = LeadFilterForm(query)
    form.is_valid()
    broken = [
        {"field": name, "code": CODES.get(error.code or "", error.code), "message": words}
        for name, errors in form.errors.as_data().items()
        for error in errors
        for words in error.messages
    ]
    broken += _stricter(form, query)
    if broken:
        raise ValidationFailed(broken)
    return form


def _stricter(form: LeadFilterForm, query: QueryDict) -> list[dict[str, Any]]:
    """What the form takes, or leaves out, and a program should not send: `1/2/2026` is a day in
    January or in February."""
    broken = []
    for name, value in form.cleaned_data.items():
        if isinstance(value, date) and ISO_DAY.fullmatch(query.get(name, "")) is None:
            broken += _invalid(name, _("Send a date such as 2026-03-01."))
    owner, after = form.cleaned_data.get("owner", ""), query.get("after", "")
    if owner not in ("", MINE, FREE) and row_id(owner) is None:
        broken += _invalid("owner", _("Send me, none, or the id of a member of staff."))
    if after and not is_cursor(after):
        broken += queries.CursorInvalid("after").errors
    return broken


def _invalid(field: str, message: str) -> list[dict[str, Any]]:
    return ValidationFailed.from_rule(field, ValidationError(message, code="invalid")).errors
