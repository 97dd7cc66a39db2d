"""Decides whether an open desk has to read its view again.

A desk asks every second, so the answer has to be cheap: everything that it depends on travels in
the ETag, namely whose view it is, up to which event the desk has seen the timeline, and when the
passing of time alone changes something in it. The fingerprint of a view is made with a key, so that
nobody asks about a view that was not shown to them: whether it changed would tell of a number that
was never searched for.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Self

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import quote_etag

from accounts.messaging import outages
from leads.access import SEES_ALL
from leads.desk.cursor import Changes, changes_after, is_last_event, seen_up_to
from leads.desk.desk_view import DeskView, ViewPart
from leads.desk.listing import PAGE_SIZE, Listing
from leads.desk.paging import MAX_ROWS, after_cursor, down_to_lead
from leads.desk.snapshots import Snapshot
from leads.desk.time_labels import label_changes
from leads.models.lead_queryset import LeadQuerySet
from loopin.times.days import end_of_today

ETAG = re.compile(r'(?:W/)?"([0-9a-f]{32})\.([0-9]{1,18})\.([0-9]{1,12})"', re.ASCII)

FOLLOW_UPS_EVERY = timedelta(minutes=1)
"""How often a view of follow-ups is read again: others become due without any event."""


@dataclass(frozen=True)
class ClientState:
    """What an open desk has seen, as its ETag carries it.

    `fingerprint`: of the view and its reader. `cursor`: up to which event. `fresh_until`: the
    second since 1970 from which time alone has changed the view.
    """

    fingerprint: str
    cursor: int
    fresh_until: int

    @classmethod
    def from_etag(cls, etag: str) -> Self | None:
        """The state that an ETag carries; None if it is not one of ours."""
        found = ETAG.fullmatch(etag)
        return cls(found[1], int(found[2]), int(found[3])) if found else None

    def is_of(self, fingerprint: str) -> bool:
        """Whether it is the state of a view with this fingerprint, and time has not changed it."""
        return self.fingerprint == fingerprint and time.time() < self.fresh_until

    @property
    def etag(self) -> str:
        return quote_etag(f"{self.fingerprint}.{self.cursor}.{self.fresh_until}")


def fingerprint_of(view: DeskView) -> str:
    """A keyed hash that differs for each person, language and URL, after a change of permissions,
    and when messages cease to leave or leave again."""
    user = view.user
    rights = "all" if user.is_superuser else ",".join(sorted(user.get_all_permissions()))
    told = ",".join(f"{outage.id}-{outage.kind}" for outage in outages.seen_by(user))
    text = f"{user.pk} {rights} {view.language} {view.url} {told}"
    return salted_hmac("leads.desk", text, algorithm="sha256").hexdigest()[:32]


def state_after(view: DeskView, listing: Listing, snapshot: Snapshot) -> ClientState:
    """The state of a desk that has been shown this listing."""
    ends = [moment for lead in listing.leads for moment in label_changes(lead)]
    if snapshot.next_lease_end and _depends_on_leases(view):
        ends.append(snapshot.next_lease_end)
    if "follow_up" in view.form.applied():
        ends.append(timezone.now() + FOLLOW_UPS_EVERY)
    now, midnight = timezone.now(), end_of_today()
    fresh_until = min([end for end in ends if end > now], default=midnight)
    seconds = int(min(fresh_until, midnight).timestamp()) + 1
    return ClientState(fingerprint_of(view), snapshot.cursor, seconds)


def _depends_on_leases(view: DeskView) -> bool:
    """Whether the end of somebody else's claim brings a lead into the view."""
    return not view.user.has_perm(SEES_ALL) or "owner" in view.form.applied()


def is_idle(state: ClientState, fingerprint: str) -> bool:
    """Whether a desk of this fingerprint shows all that there is, because nothing at all happened.
    At most one statement."""
    return state.is_of(fingerprint) and is_last_event(state.cursor)


def state_if_unchanged(
    state: ClientState, view: DeskView, fingerprint: str, row_ids: Sequence[int]
) -> ClientState | None:
    """The desk's state, moved on; None if the desk has to read its view again.

    `fingerprint`: of the view and its reader. `row_ids`: the leads that the desk shows. At most
    three statements.
    """
    if not state.is_of(fingerprint):
        return None
    up_to = seen_up_to(state.cursor)
    if up_to is None:
        return None
    changes = _changes(view, row_ids, state.cursor, up_to)
    if not changes.is_complete or changes.has_matching_lead or changes.lead_ids & set(row_ids):
        return None
    return replace(state, cursor=changes.cursor)


def _changes(view: DeskView, row_ids: Sequence[int], cursor: int, up_to: int) -> Changes:
    """What happened after a cursor, and whether it concerns the desk's page.

    Of the parts of the view the one that desks share comes first. Somebody's own leads are asked
    about only if one of those that changed is theirs.
    """
    changes = Changes(cursor)
    if cursor >= up_to:
        return changes
    last_id = row_ids[-1] if len(row_ids) >= PAGE_SIZE else None
    for part in view.parts:
        if part.user_id is not None and part.user_id not in changes.people:
            continue
        read = partial(_read_changes, view, part, last_id, cursor, up_to)
        changes = part.share(("changes", last_id, cursor, up_to), read)
        if changes.has_matching_lead:
            break
    return changes


def _read_changes(
    view: DeskView, part: ViewPart, last_id: int | None, cursor: int, up_to: int
) -> Changes:
    return changes_after(cursor, up_to=up_to, leads=_page_leads(view, part, last_id))


def _page_leads(view: DeskView, part: ViewPart, last_id: int | None) -> LeadQuerySet:
    """The leads that belong on the desk's page, which ends with its last row, if it is full."""
    field = view.form.sort_field
    leads = after_cursor(view.form.leads(view.user, part.find()), view.cursor, field=field)
    return leads if last_id is None else down_to_lead(leads, last_id, field=field)


def row_ids_from(header: str) -> list[int]:
    """The leads that a desk shows, at most 100; none if the header cannot be read."""
    parts = header.split(",") if header else []
    is_valid = len(parts) <= MAX_ROWS and all(re.fullmatch("[0-9]{1,18}", part) for part in parts)
    return list(dict.fromkeys(int(part) for part in parts)) if is_valid else []
