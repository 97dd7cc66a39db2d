"""The desk's cursor sees every event, in whatever order transactions commit."""

import pytest

from leads.desk import snapshots
from leads.desk.cursor import changes_after
from leads.models import Lead, LeadEvent
from leads.models.lead_event import EventKind
from tests.cast import BOB, CAROL
from tests.late import late_commit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]


def test_an_event_that_commits_late_still_moves_the_cursor():
    """The slow one draws its ids first and commits last: remembering the highest id loses it."""
    with late_commit(lambda: Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)):
        Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
        while_open = snapshots.snapshot().cursor
    end = snapshots.snapshot().cursor
    assert changes_after(while_open, up_to=end).lead_ids == set(
        Lead.objects.values_list("pk", flat=True)
    )
    assert Lead.objects.count() == 2


def test_the_cursor_stands_still_while_nothing_happens():
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
    end = snapshots.snapshot().cursor
    assert end == snapshots.snapshot().cursor == LeadEvent.objects.get().pk
