"""The desk's cursor sees every event, whatever order transactions commit in."""

import pytest

from leads.desk.cursor import latest_cursor
from leads.models import Lead
from leads.models.lead_event import EventKind
from tests.cast import BOB, CAROL
from tests.late import late_commit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]


def test_an_event_that_commits_late_still_moves_the_cursor(settled):
    """The slow one takes its ids first and commits last: remembering the highest id loses it."""
    with late_commit(lambda: Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)):
        Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
        while_open = latest_cursor()
    settled()
    assert latest_cursor() != while_open
    assert Lead.objects.count() == 2


def test_the_cursor_stands_still_while_nothing_happens(settled):
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
    settled()
    assert latest_cursor() == latest_cursor() != "0"
