"""A view of the desk as an address: what was asked for, each thing once and nothing empty."""

from functools import cache
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from leads.desk.filters import NEWEST, LeadFilterForm

CURSOR = "after"
SINCE = "since"
"""What a page read without JavaScript was read at, so that its successor can tell what changed."""

DEFAULTS = {"sort": NEWEST}
FILTERS = tuple(LeadFilterForm.base_fields)


@cache
def of_list() -> str:
    """The list without any filter: found once, for open desks ask every second."""
    return reverse("leads:list")


def normalised(query: QueryDict, **changed: str) -> str:
    """The filters of a query string in one order, some of them changed, idle ones left out."""
    values = {name: changed.get(name, query.get(name, "")).strip() for name in FILTERS}
    return urlencode(
        {k: value for k, value in values.items() if value not in ("", DEFAULTS.get(k))}
    )


def desk(query: str, *, cursor: str = "") -> str:
    """The address of the list with these filters, at its start or behind a cursor."""
    parts = [part for part in (query, urlencode({CURSOR: cursor}) if cursor else "") if part]
    return f"{of_list()}{'?' if parts else ''}{'&'.join(parts)}"


def since(address: str, mark: str) -> str:
    """The same address, to be told what changed."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode({SINCE: mark})}"
