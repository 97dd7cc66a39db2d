"""What an open desk knows already, and whether that is still all there is to know.

The answer to a poll has to be cheap, so everything it depends on travels in the ETag: whose view it
is, up to which event it is known, and the moment at which something of it changes by time alone. A
forged one tells its sender that nothing changed, and no more.
"""

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from django.utils import timezone
from django.utils.http import quote_etag

from leads.desk.cursor import LATEST, START, changes_after, is_cursor, is_latest
from leads.desk.listing import PAGE_SIZE, Asked, Listing
from leads.desk.paging import MOST_ROWS, behind, not_beyond
from leads.desk.time_labels import turns
from leads.models.lead_queryset import LeadQuerySet
from loopin.days import end_of_today
from loopin.sql import fetch_row

ETAG = re.compile(r'(?:W/)?"([0-9a-f]{32})\.([0-9]+-[0-9]+)\.([0-9]{1,12})"', re.ASCII)

SNAPSHOT = f"""
SELECT ({LATEST}), (SELECT min(lease_ends_at) FROM leads_lead WHERE lease_ends_at > now())
"""  # noqa: S608  constants

FOLLOW_UPS_EVERY = timedelta(minutes=1)
"""How often a view of follow-ups is read again: others become due without any event."""


@dataclass(frozen=True)
class Known:
    """`view`: whose view of what. `fresh_until`: seconds since 1970."""

    view: str
    cursor: str
    fresh_until: int

    @classmethod
    def from_etag(cls, etag: str) -> Self | None:
        """What a desk says it knows; None if it says nothing that could be."""
        found = ETAG.fullmatch(etag)
        if found is None or not is_cursor(found[2]):
            return None
        return cls(found[1], found[2], int(found[3]))

    @property
    def etag(self) -> str:
        return quote_etag(f"{self.view}.{self.cursor}.{self.fresh_until}")


@dataclass(frozen=True)
class Snapshot:
    """Where the timeline stands, and when the next claim of anybody runs out."""

    cursor: str
    next_lease_end: datetime | None


def snapshot() -> Snapshot:
    """To be taken before leads are read: what is told can be too old then, but never too new."""
    row = fetch_row(SNAPSHOT, [])
    return Snapshot(row[0] or START, row[1]) if row else Snapshot(START, None)


def view_of(asked: Asked) -> str:
    """Another one for each person and language, and after each change of what they may do."""
    user = asked.user
    rights = "all" if user.is_superuser else ",".join(sorted(user.get_all_permissions()))
    view = f"{user.pk} {rights} {asked.language} {asked.address}"
    return hashlib.sha256(view.encode()).hexdigest()[:32]


def known_from(asked: Asked, listing: Listing, taken: Snapshot) -> Known:
    """What a desk knows that was shown this."""
    ends = [moment for lead in listing.leads for moment in turns(lead)]
    if taken.next_lease_end and _depends_on_leases(asked):
        ends.append(taken.next_lease_end)
    if "follow_up" in asked.form.wanted():
        ends.append(timezone.now() + FOLLOW_UPS_EVERY)
    now = timezone.now()
    fresh_until = min([moment for moment in ends if moment > now], default=end_of_today())
    return Known(
        view_of(asked), taken.cursor, int(min(fresh_until, end_of_today()).timestamp()) + 1
    )


def _depends_on_leases(asked: Asked) -> bool:
    """Whether a claim of others that runs out brings a lead into the view."""
    return not asked.user.has_perm("leads.see_all_leads") or "owner" in asked.form.wanted()


def still_known(known: Known, asked: Asked, rows: Sequence[int]) -> Known | None:
    """What the desk knows, up to the last event; None if it has to read its view again.

    `rows`: the leads it shows. One statement at most.
    """
    if known.view != view_of(asked) or time.time() >= known.fresh_until:
        return None
    if is_latest(known.cursor):
        return known
    changes = changes_after(known.cursor, _page_of(asked, rows))
    if not changes.is_complete or changes.entered or changes.lead_ids & set(rows):
        return None
    return replace(known, cursor=changes.cursor)


def _page_of(asked: Asked, rows: Sequence[int]) -> LeadQuerySet:
    """The leads that belong on the desk's page, as it ends with the last of its rows."""
    field = asked.form.sort_field
    leads = behind(asked.form.leads(asked.user), asked.cursor, field=field)
    return leads if len(rows) < PAGE_SIZE else not_beyond(leads, rows[-1], field=field)


def rows_from(header: str) -> list[int]:
    """The leads that a desk says it shows: at most 100, and none if it does not say it well."""
    parts = header.split(",") if header else []
    is_sane = len(parts) <= MOST_ROWS and all(re.fullmatch("[0-9]{1,18}", part) for part in parts)
    return list(dict.fromkeys(int(part) for part in parts)) if is_sane else []
