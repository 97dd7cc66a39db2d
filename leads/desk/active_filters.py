"""The filters that are set on the desk, each shown above the list with a link that removes it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads.desk import links
from leads.desk.desk_view import DeskView
from leads.desk.filters import FREE, MINE
from leads.team import team
from loopin.text.ids import row_id

OWNER_LABELS = {MINE: _("Me"), FREE: _("Nobody")}
SORT = "sort"


@dataclass(frozen=True)
class ActiveFilter:
    """A filter with its value in words. `url`: the desk without this filter."""

    label: str
    words: str
    url: str


def active_filters(view: DeskView) -> list[ActiveFilter]:
    """The filters of a view in the order of the form; the order of the rows is not one of them."""
    query = QueryDict(view.query)
    return [
        ActiveFilter(
            str(view.form.fields[name].label),
            _words(view.form.fields[name], name, value),
            links.desk_url(links.normalised(query, **{name: ""})),
        )
        for name, value in view.form.applied().items()
        if name != SORT
    ]


def _words(field: forms.Field, name: str, value: Any) -> str:
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if name == "owner":
        return str(OWNER_LABELS.get(value) or _owner_name(value))
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return str(value)


def _owner_name(value: str) -> str:
    user_id = row_id(value)
    if user_id is None:
        return gettext("Anybody")
    return team().get(user_id) or gettext("Somebody")
