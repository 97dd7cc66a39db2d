"""The URLs of the desk: a view has one spelling, with each filter once and no empty ones."""

from functools import cache
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from leads.desk.filters import NEWEST, LeadFilterForm

CURSOR = "after"
CHANGED_SINCE = "since"
"""The parameter with the marker of the page that is reloaded (leads/desk/changed_since.py)."""

DEFAULTS = {"sort": NEWEST}
FILTERS = tuple(LeadFilterForm.base_fields)


@cache
def list_url() -> str:
    """The list without any filter. Cached, because every open desk asks for it every second."""
    return reverse("leads:list")


def normalised(query: QueryDict, **changed: str) -> str:
    """The filters of a query string in one order, without empty and default ones.

    `changed`: filters that get another value; "" removes one.
    """
    values = {name: changed.get(name, query.get(name, "")).strip() for name in FILTERS}
    return urlencode(
        {k: value for k, value in values.items() if value not in ("", DEFAULTS.get(k))}
    )


def desk_url(query: str, *, cursor: str = "") -> str:
    """The list with the filters of `query`, on its first page or on the one after a cursor."""
    parts = [part for part in (query, urlencode({CURSOR: cursor}) if cursor else "") if part]
    return f"{list_url()}{'?' if parts else ''}{'&'.join(parts)}"


def with_marker(url: str, marker: str) -> str:
    """The same URL, with the marker from which changed rows are marked."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({CHANGED_SINCE: marker})}"
