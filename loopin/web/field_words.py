"""What a form says about a field that is empty or wrong, in the place of Django's own words.

Each sentence says what to do. It follows from the kind of the field, so that no form has to repeat
it; a field that has better words brings them along as its `error_messages`.
"""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

Words = dict[str, StrOrPromise]

_FROM_THE_LIST = _("Choose from the list.")

OF_ALL: Words = {
    "required": _("Please fill this in."),
    "max_length": _("Use at most %(limit_value)s characters."),
    "min_length": _("Use at least %(limit_value)s characters."),
    "max_value": _("Enter %(limit_value)s or less."),
    "min_value": _("Enter %(limit_value)s or more."),
    "invalid_choice": _FROM_THE_LIST,
    "invalid_list": _FROM_THE_LIST,
    "invalid_pk_value": _FROM_THE_LIST,
    "null_characters_not_allowed": _("Remove the characters that cannot be typed."),
}

OF_WIDGETS: tuple[tuple[type[forms.Widget], Words], ...] = (
    (forms.PasswordInput, {"required": _("Enter your password.")}),
    (forms.EmailInput, {"required": _("Enter your e-mail address.")}),
    (forms.CheckboxSelectMultiple, {"required": _("Choose at least one.")}),
    (forms.SelectMultiple, {"required": _("Choose at least one.")}),
    (forms.RadioSelect, {"required": _("Choose one.")}),
    (forms.Select, {"required": _("Choose one.")}),
    (forms.CheckboxInput, {"required": _("Tick this box to go on.")}),
)

OF_FIELDS: tuple[tuple[type[forms.Field], Words], ...] = (
    (forms.IntegerField, {"invalid": _("Enter a whole number.")}),
    (
        forms.DateTimeField,
        {
            "required": _("Choose a date and time."),
            "invalid": _("Enter a real date and time, such as 2026-04-23 10:00."),
        },
    ),
    (
        forms.DateField,
        {
            "required": _("Choose a date."),
            "invalid": _("Enter a real date, such as 2026-04-23."),
        },
    ),
    (
        forms.FileField,
        {
            "required": _("Choose a file."),
            "missing": _("Choose a file."),
            "invalid": _("Choose a file."),
            "empty": _("This file is empty. Choose another one."),
        },
    ),
    (forms.RegexField, {"invalid": _("Check what you typed, and try again.")}),
)


def use(fields: Iterable[forms.Field]) -> None:
    """Put these words in the place of those that Django gave the fields."""
    for field in fields:
        for code, words in _words_for(field).items():
            if _is_from_django(field, code):
                field.error_messages[code] = words


def _words_for(field: forms.Field) -> Words:
    of_kind = [words for kind, words in OF_FIELDS if isinstance(field, kind)][:1]
    of_widget = [words for kind, words in OF_WIDGETS if isinstance(field.widget, kind)][:1]
    words = dict(OF_ALL)
    for more in (*of_widget, *of_kind):
        words.update(more)
    return words


def _is_from_django(field: forms.Field, code: str) -> bool:
    """Whether nobody else chose what this field says: the very object is a default of Django's."""
    said = field.error_messages.get(code)
    classes = [kind for kind in type(field).__mro__ if kind.__module__.startswith("django.")]
    defaults = [vars(kind).get("default_error_messages", {}).get(code) for kind in classes]
    return said is None or any(said is default for default in defaults)
