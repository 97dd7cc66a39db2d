"""The rows that the desk shows of a view, and how many leads there are beside them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Self

from django.http import QueryDict

from accounts.models import User
from leads import access
from leads.desk import links
from leads.desk.counts import EXACT_UP_TO, SEARCH_CAP, Count, count_of
from leads.desk.filters import LeadFilterForm
from leads.desk.paging import Page, page_of, sort_key
from leads.models import Lead
from loopin.replica.reads import from_replica
from loopin.sql import without_prepared_plans

PAGE_SIZE = 50


@dataclass(frozen=True)
class DeskView:
    """Filters, order and page of the desk, as one member of staff asks for them.

    `query`: the filters, normalised. `cursor`: "" for the first page. `language`: the one that the
    page is read in, "" where nothing is shown.
    """

    user: User
    query: str
    cursor: str = ""
    language: str = ""

    @property
    def url(self) -> str:
        return links.desk_url(self.query, cursor=self.cursor)

    @cached_property
    def form(self) -> LeadFilterForm:
        return LeadFilterForm(QueryDict(self.query))


@dataclass(frozen=True)
class Listing:
    """The rows of a view. A desk whose rows must not move while somebody works with them is frozen.

    `new_count`: leads of the view that a frozen desk does not show yet. `is_frozen`: the rows are
    not those of the view's page.
    """

    leads: list[Lead]
    next_cursor: str | None
    count: Count
    new_count: int = 0
    is_frozen: bool = False

    @classmethod
    def empty(cls) -> Self:
        return cls([], None, Count(0))


@from_replica
@without_prepared_plans()
def read(view: DeskView, *, frozen_ids: list[int]) -> Listing:
    """The rows of a view; with `frozen_ids`, those leads in that order, if the person may see them.

    At most two statements, and a third one for frozen leads that are no longer in the view.
    """
    form = view.form
    leads = form.indexed_leads(view.user)
    cap = SEARCH_CAP if form.search.is_possible else EXACT_UP_TO
    page = page_of(leads, view.cursor, field=form.sort_field, size=PAGE_SIZE, cap=cap)
    count = count_of(form.leads(view.user), capped=page.capped_total, cap=cap)
    if not frozen_ids:
        return Listing(page.leads, page.next_cursor, count)
    rows = _frozen_rows(view.user, page.leads, frozen_ids)
    new_leads = _new_leads(page, rows, form.sort_field)
    is_frozen = [lead.pk for lead in rows] != [lead.pk for lead in page.leads]
    return Listing(rows, page.next_cursor, count, len(new_leads), is_frozen)


def _frozen_rows(user: User, page_leads: list[Lead], frozen_ids: list[int]) -> list[Lead]:
    by_id = {lead.pk: lead for lead in page_leads}
    missing_ids = [pk for pk in frozen_ids if pk not in by_id]
    if missing_ids:
        missing = access.visible_to(user).filter(pk__in=missing_ids).select_related("owner")
        by_id |= {lead.pk: lead for lead in missing}
    return [by_id[pk] for pk in frozen_ids if pk in by_id]


def _new_leads(page: Page, rows: list[Lead], field: str) -> list[Lead]:
    """Leads of the page that are not among the rows.

    A lead that stood below the last row moves up when a row leaves the view; it is not new.
    """
    row_ids = {lead.pk for lead in rows}
    lowest: tuple[datetime, int] | None = None
    if len(rows) >= PAGE_SIZE:
        lowest = min(sort_key(lead, field) for lead in rows)
    others = [lead for lead in page.leads if lead.pk not in row_ids]
    return [lead for lead in others if lowest is None or sort_key(lead, field) > lowest]
