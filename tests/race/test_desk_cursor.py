"""The desk's cursor sees every event, whatever order transactions commit in."""

import threading

import pytest
from django.db import connection, transaction

from leads.changes import cursor_of_desk
from leads.models import Lead
from leads.models.lead_event import EventKind
from tests.cast import BOB, CAROL

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]


def test_an_event_that_commits_late_still_moves_the_cursor(settled):
    """The slow one takes its ids first and commits last: remembering the highest id loses it."""
    written, released = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
            written.set()
            released.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(10)
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    while_open = cursor_of_desk()
    released.set()
    thread.join()
    settled()
    assert cursor_of_desk() != while_open
    assert Lead.objects.count() == 2


def test_the_cursor_stands_still_while_nothing_happens(settled):
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
    settled()
    assert cursor_of_desk() == cursor_of_desk() != "0"
