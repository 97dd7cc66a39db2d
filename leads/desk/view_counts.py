"""How many leads a view has, asked again only as often as it shows.

To count up to 10 000 leads takes longer than to read a page of them, and more than that are shown
as an estimate. So an estimate is kept for `DESK_COUNT_SECONDS`, for all who see about as many. An
exact number is counted at each change.
"""

from collections.abc import Hashable

from django.conf import settings

from leads.desk.counts import EXACT_UP_TO, SEARCH_CAP, Count, capped_counts, count_of
from leads.desk.desk_view import DeskView
from leads.desk.shared_reads import SharedReads
from leads.desk.snapshots import Snapshot

_estimates = SharedReads(max_reads=256)


def cap_of(view: DeskView) -> int:
    """Up to which number its leads are counted."""
    return SEARCH_CAP if view.form.search.is_possible else EXACT_UP_TO


def remembered(view: DeskView) -> Count | None:
    """The estimate of a view with very many leads, if it is known."""
    count: Count | None = _estimates.peek(
        _estimate_key(view), max_age_seconds=settings.DESK_COUNT_SECONDS
    )
    return count


def count_of_view(view: DeskView, *, capped: int) -> Count:
    """`capped`: how many its leads are, counted up to one above `cap_of`. At most one statement."""
    count = count_of(view.form.leads(view.user), capped=capped, cap=cap_of(view))
    if count.measure and not view.form.is_personal:
        _estimates.put(_estimate_key(view), count)
    return count


def shared(view: DeskView, snapshot: Snapshot) -> Count:
    """As of a snapshot, from what was counted for others. At most two statements."""
    return remembered(view) or _counted(view, snapshot)


def _counted(view: DeskView, snapshot: Snapshot) -> Count:
    def count() -> tuple[Count, Snapshot]:
        [capped] = capped_counts([view.form.indexed_leads(view.user)], view.user)
        return count_of_view(view, capped=capped), snapshot

    def holds(kept: tuple[Count, Snapshot]) -> bool:
        return kept[1].cursor >= snapshot.cursor and not kept[1].has_run_out

    return view.parts[-1].share("count", count, holds)[0]


def _estimate_key(view: DeskView) -> Hashable:
    """Agents differ by their own leads alone, which are few beside 10 000."""
    return view.seen_by, view.query
