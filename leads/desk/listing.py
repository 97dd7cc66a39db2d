"""What the desk shows of a view: its rows, how many there are, and what waits to be shown."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.http import QueryDict

from accounts.models import User
from leads import access
from leads.desk import links
from leads.desk.counts import EXACT_UP_TO, SEARCH_CAP, Count, count_of
from leads.desk.filters import LeadFilterForm
from leads.desk.paging import Page, page_of, place
from leads.models import Lead
from loopin.sql import planned_each_time

PAGE_SIZE = 50


@dataclass(frozen=True)
class Asked:
    """A view as somebody asks for it. `query`: normalised; `cursor`: "" for its start; `language`:
    the one it is read in, "" where nothing is shown."""

    user: User
    query: str
    cursor: str = ""
    language: str = ""

    @property
    def address(self) -> str:
        return links.desk(self.query, cursor=self.cursor)

    @cached_property
    def form(self) -> LeadFilterForm:
        return LeadFilterForm(QueryDict(self.query))


@dataclass(frozen=True)
class Listing:
    """`news`: leads that wait to be shown, because rows may not move at the moment.

    `is_held`: the rows are those that were there, and not the view's own.
    """

    leads: list[Lead]
    next_cursor: str | None
    count: Count
    news: int = 0
    is_held: bool = False


@planned_each_time()
def read(asked: Asked, *, held: list[int]) -> Listing:
    """The rows of a view; with `held`, those leads in that order, as far as the person sees them.

    Two statements at most, one more for leads that are held and no longer in the view.
    """
    form = asked.form
    leads = form.leads(asked.user)
    cap = SEARCH_CAP if form.needle else EXACT_UP_TO
    page = page_of(leads, asked.cursor, field=form.sort_field, size=PAGE_SIZE, cap=cap)
    count = count_of(leads, capped=page.capped_total, cap=cap)
    if not held:
        return Listing(page.leads, page.next_cursor, count)
    rows = _held(asked.user, page.leads, held)
    news = _news(page, rows, form.sort_field)
    is_held = [lead.pk for lead in rows] != [lead.pk for lead in page.leads]
    return Listing(rows, page.next_cursor, count, len(news), is_held)


def _held(user: User, current: list[Lead], held: list[int]) -> list[Lead]:
    known = {lead.pk: lead for lead in current}
    gone = [pk for pk in held if pk not in known]
    if gone:
        others = access.visible_to(user).filter(pk__in=gone).select_related("owner")
        known |= {lead.pk: lead for lead in others}
    return [known[pk] for pk in held if pk in known]


def _news(page: Page, rows: list[Lead], field: str) -> list[Lead]:
    """Leads of the page that are not among the rows, but for those that moved up from below."""
    shown = {lead.pk for lead in rows}
    lowest: tuple[datetime, int] | None = None
    if len(rows) >= PAGE_SIZE:
        lowest = min(place(lead, field) for lead in rows)
    fresh = [lead for lead in page.leads if lead.pk not in shown]
    return [lead for lead in fresh if lowest is None or place(lead, field) > lowest]
