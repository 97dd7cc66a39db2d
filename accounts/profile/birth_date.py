"""A birth date in three fields, in the order in which India writes it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loopin.web.forms import RuledField

LENGTHS = {"day": 2, "month": 2, "year": 4}
"""Digits of each part."""

LABELS = {
    "day": gettext_lazy("Day"),
    "month": gettext_lazy("Month"),
    "year": gettext_lazy("Year"),
}
MISSING = {
    "day": gettext_lazy("Enter the day, too."),
    "month": gettext_lazy("Enter the month, too."),
    "year": gettext_lazy("Enter the year, too."),
}


class BirthDateInput(forms.MultiWidget):
    """`broken`: the parts that an error is about."""

    def __init__(self) -> None:
        self.broken = set(LENGTHS)
        attrs = {"inputmode": "numeric", "size": 4}
        super().__init__(
            {
                part: forms.TextInput(attrs | {"autocomplete": f"bday-{part}", "maxlength": length})
                for part, length in LENGTHS.items()
            }
        )

    def decompress(self, value: date | str | None) -> list[int | None]:
        """`value`: a date, or the text that JSON has for one."""
        if not value:
            return [None, None, None]
        born = date.fromisoformat(str(value))
        return [born.day, born.month, born.year]

    def id_for_label(self, id_: str, index: Any = None) -> str:
        """The id of the first part that has to be corrected."""
        return next(f"{id_}_{part}" for part in LENGTHS if part in (self.broken or LENGTHS))

    def subwidgets(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None
    ) -> Iterator[dict[str, Any]]:
        """Each part with its label; only the parts that an error is about are marked as invalid."""
        base = attrs or {}
        widgets = self.get_context(name, value, base)["widget"]["subwidgets"]
        for part, widget in zip(LENGTHS, widgets, strict=True):
            own = widget["attrs"] | {"id": f"{base['id']}_{part}"}
            if own.get("aria-invalid") and part in self.broken:
                own["aria-describedby"] = f"{base['id']}_error"
            else:
                own.pop("aria-invalid", None)
            yield widget | {"attrs": own, "label": LABELS[part]}


class BirthDateField(RuledField):
    """Takes digits of any script, and gives the rule a date."""

    def __init__(self, rule: Any, **kwargs: Any) -> None:
        super().__init__(rule, widget=BirthDateInput(), **kwargs)

    def to_python(self, value: list[str | None] | None) -> date | None:
        parts = [(part or "").strip() for part in value or [""] * len(LENGTHS)]
        if not any(parts):
            return None
        missing = [part for part, text in zip(LENGTHS, parts, strict=True) if not text]
        if missing:
            raise self._error(MISSING[missing[0]], *missing, code="incomplete")
        if len(parts[-1]) != LENGTHS["year"]:
            message = _("Enter all four digits of the year, such as 1998.")
            raise self._error(message, "year")
        return self._parse_date(parts)

    def _parse_date(self, parts: list[str]) -> date:
        message = _("Enter a real date in numbers, such as 23 4 1998.")
        for part, text in zip(LENGTHS, parts, strict=True):
            if not text.isdecimal():
                raise self._error(message, part)
        day, month, year = (int(text) for text in parts)
        try:
            return date(year, month, day)
        except ValueError:
            part = "month" if not 1 <= month <= 12 else "day" if year else "year"
            raise self._error(message, part) from None

    def _error(self, message: Any, *broken_parts: str, code: str = "invalid") -> ValidationError:
        self.widget.broken = set(broken_parts)
        return ValidationError(message, code=code)
