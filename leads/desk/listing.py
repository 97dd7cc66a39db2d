"""The rows that the desk shows of a view, and how many leads there are beside them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from accounts.models import User
from leads import access
from leads.desk import view_counts
from leads.desk.counted_page import counted_page_of
from leads.desk.counts import Count
from leads.desk.cursor import changes_after
from leads.desk.desk_view import DeskView, ViewPart
from leads.desk.paging import Page, merged, page_of, sort_key
from leads.desk.shared_reads import shared_reads
from leads.desk.snapshots import Snapshot
from leads.models import Lead
from loopin.replica.reads import from_replica
from loopin.sql import without_prepared_plans

PAGE_SIZE = 50


@dataclass(frozen=True)
class Listing:
    """The rows of a view. A desk whose rows must not move while somebody works with them is frozen.

    `page`: of which these are the rows, None of a desk that asked to hold its own. `new_count`:
    leads of the view that a frozen desk does not show yet. `is_frozen`: the rows are not those of
    the view's page.
    """

    leads: list[Lead]
    next_cursor: str | None
    count: Count
    page: Page | None = None
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
    form, known = view.form, view_counts.remembered(view)
    leads = form.indexed_leads(view.user)
    if known:
        page = page_of(leads, view.cursor, field=form.sort_field, size=PAGE_SIZE)
        return _listing(view, page, known, frozen_ids)
    cap = view_counts.cap_of(view)
    page = counted_page_of(leads, view.cursor, field=form.sort_field, size=PAGE_SIZE, cap=cap)
    count = view_counts.count_of_view(view, capped=page.capped_total)
    return _listing(view, page, count, frozen_ids)


def read_shared(view: DeskView, snapshot: Snapshot, *, frozen_ids: list[int]) -> Listing:
    """The same for a desk that asks by itself, as of a snapshot, from what was read for others."""
    pages = [_shared_page(part, view, snapshot) for part in view.parts]
    page = merged(pages, field=view.form.sort_field, size=PAGE_SIZE)
    return _listing(view, page, view_counts.shared(view, snapshot), frozen_ids)


def _listing(view: DeskView, page: Page, count: Count, frozen_ids: list[int]) -> Listing:
    if not frozen_ids:
        return Listing(page.leads, page.next_cursor, count, page)
    rows = _frozen_rows(view.user, page.leads, frozen_ids)
    new_leads = _new_leads(page, rows, view.form.sort_field)
    is_frozen = [lead.pk for lead in rows] != [lead.pk for lead in page.leads]
    return Listing(rows, page.next_cursor, count, None, len(new_leads), is_frozen)


@dataclass
class _PageOfPart:
    """A page of a part as of a snapshot."""

    page: Page
    snapshot: Snapshot


def _shared_page(part: ViewPart, view: DeskView, snapshot: Snapshot) -> Page:
    def read_page() -> _PageOfPart:
        leads = view.form.indexed_leads(view.user, part.find())
        page = page_of(leads, view.cursor, field=view.form.sort_field, size=PAGE_SIZE)
        return _PageOfPart(page, snapshot)

    return part.share("page", read_page, lambda kept: _holds(kept, part, snapshot)).page


def _holds(kept: _PageOfPart, part: ViewPart, snapshot: Snapshot) -> bool:
    """Whether a page is still the same; somebody's own leads are, if none of theirs has changed."""
    if kept.snapshot.has_run_out:
        return False
    if kept.snapshot.cursor >= snapshot.cursor:
        return True
    if part.user_id is None:
        return False
    cursors = (kept.snapshot.cursor, snapshot.cursor)
    changes = shared_reads.get(cursors, lambda: changes_after(cursors[0], up_to=cursors[1]))
    shown_ids = {lead.pk for lead in kept.page.leads}
    is_touched = part.user_id in changes.people or changes.lead_ids & shown_ids
    if changes.is_complete and not is_touched:
        kept.snapshot = snapshot
        return True
    return False


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
