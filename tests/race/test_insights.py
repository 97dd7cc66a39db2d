"""The counts miss no event and count none twice, whoever commits when and however many count."""

import threading

import pytest
from django.db import connection, transaction

from leads.insights import rollups
from leads.models import EventCount, Lead
from leads.models.lead_event import EventKind
from loopin.sql import deletion_allowed
from tests.cast import BOB, CAROL
from tests.late import late_commit
from tests.leads.insights.counted import catch_up, counted, facts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]


def test_an_event_that_commits_late_is_counted(settled):
    """The slow one takes its ids first and commits last: following the highest id loses it."""
    with late_commit(lambda: Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)):
        Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
        rollups.refresh()
        assert not EventCount.objects.exists()  # what may be preceded by an unseen event waits
    settled()
    catch_up()
    assert counted() == facts()
    assert EventCount.objects.get().count == 2


def test_many_write_while_many_count(together):
    """Eight write, some of them slowly, and four count: each event is counted once."""

    def work(number):
        if number >= 8:
            return [rollups.take_round(events=5, days=1) for _ in range(30)]
        for step in range(20):
            with transaction.atomic():
                for event in range(1 + step % 3):
                    phone_number = f"+9198{number:02d}{step:02d}{event:04d}"
                    Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
        return None

    results = together(12, work)
    assert not [result for result in results if isinstance(result, Exception)]
    catch_up()
    assert counted() == facts()
    assert EventCount.objects.get().count == 8 * (7 * 1 + 7 * 2 + 6 * 3)


def test_leads_go_while_their_events_are_counted(together):
    """Whatever is erased first or counted first, the counts are the same."""
    for number in range(40):
        Lead.objects.advance(f"+91980000{number:04d}", EventKind.CODE_REQUESTED)

    def work(number):
        if number % 2:
            return [rollups.take_round(events=3) for _ in range(20)]
        with deletion_allowed():
            batch = list(
                Lead.objects.order_by("pk").values_list("pk", flat=True)[number * 5 :][:10]
            )
            rollups.erase(Lead.objects.filter(pk__in=batch[number % 4 : 5]))
        return None

    results = together(8, work)
    assert not [result for result in results if isinstance(result, Exception)]
    catch_up()
    assert EventCount.objects.filter(is_erased=True).exists()
    cohorts, events = counted()
    assert sum(events.values()) == 40
    assert sum(cohort["requested"] for cohort in cohorts.values()) == 40


def test_a_count_under_way_is_not_waited_for():
    """Whoever comes second leaves it to the first."""
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
    counting, released = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            rollups.take_round()
            counting.set()
            released.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    counting.wait(10)
    try:
        assert rollups.take_round() == (0, 0)
    finally:
        released.set()
        thread.join()
    catch_up()
    assert counted() == facts()
