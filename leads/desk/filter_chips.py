"""The filters of a view, each as a word that can be taken away."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads.desk import links
from leads.desk.filters import FREE, MINE
from leads.desk.listing import Asked
from leads.team import team
from loopin.text.ids import row_id

HOLDERS = {MINE: _("Me"), FREE: _("Nobody")}
SORT = "sort"


@dataclass(frozen=True)
class Chip:
    """`address`: the view without this filter."""

    label: str
    words: str
    address: str


def chips(asked: Asked) -> list[Chip]:
    query = QueryDict(asked.query)
    return [
        Chip(
            str(asked.form.fields[name].label),
            _words(asked.form.fields[name], name, value),
            links.desk(links.normalised(query, **{name: ""})),
        )
        for name, value in asked.form.wanted().items()
        if name != SORT
    ]


def _words(field: forms.Field, name: str, value: Any) -> str:
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if name == "owner":
        return str(HOLDERS.get(value) or _member(value))
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return str(value)


def _member(value: str) -> str:
    user_id = row_id(value)
    if user_id is None:
        return gettext("Anybody")
    return team().get(user_id) or gettext("Somebody")
