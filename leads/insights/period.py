"""The days of the figures, which are in the URL, so that it can be stored and shared."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from leads.desk.filters import DAY
from loopin.web.forms import PlainForm

DEFAULT_DAYS = 30
PRESETS = {1: _("Today"), 7: _("7 days"), 30: _("30 days"), 90: _("90 days")}
MAX_DAYS = 731
"""Two years, so that the table of days stays readable and the page fast."""


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included, in India."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=number) for number in range(count)]


def last_days(count: int) -> Period:
    """So many days up to today."""
    return Period(localdate() - timedelta(days=count - 1), localdate())


class PeriodForm(PlainForm, forms.Form):
    """`?days=7`, or `?first=2026-01-01&last=2026-01-31`; nothing means the last 30 days."""

    first = forms.DateField(label=pgettext_lazy("day", "From"), widget=DAY)
    last = forms.DateField(label=pgettext_lazy("day", "To"), widget=DAY)

    def __init__(self, query: Any) -> None:
        self.preset = _preset(query)
        if self.preset is None:
            super().__init__(query)
        else:
            self.preset_period = last_days(self.preset)
            super().__init__(
                initial={"first": self.preset_period.first, "last": self.preset_period.last}
            )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and first > last:
            raise ValidationError(gettext("The first day comes after the last."), code="backwards")
        if first and last and (last - first).days >= MAX_DAYS:
            raise ValidationError(gettext("Choose at most two years."), code="too_long")
        return values

    def period(self) -> Period:
        """The period of the query, or the last 30 days if it is not valid."""
        if self.preset is not None:
            return self.preset_period
        if not self.is_valid():
            return last_days(DEFAULT_DAYS)
        return Period(self.cleaned_data["first"], self.cleaned_data["last"])


def _preset(query: Any) -> int | None:
    if "first" in query or "last" in query:
        return None
    days = query.get("days", "")
    wanted = int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else DEFAULT_DAYS
    return wanted if wanted in PRESETS else DEFAULT_DAYS
