"""What the staff API reads from the query, described from the desk's own filter form."""

from typing import Any

from django import forms
from django.utils.translation import override

from leads.desk.filters import LeadFilterForm

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

BEFORE = [
    {
        "name": "before",
        "in": "query",
        "schema": {"type": "integer", "format": "int64", "minimum": 1},
        "description": "`next` of the answer before.",
    }
]
