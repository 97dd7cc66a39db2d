"""Sign-ups that come to a halt are noticed, once for each halt."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.funnel import stalled
from leads.models import Lead
from leads.models.lead_event import EventKind
from loopin.sql import execute
from tests.cast import CAROL
from tests.leads.statuses import put_into

pytestmark = pytest.mark.django_db(transaction=True)


def silent_for(minutes):
    execute("UPDATE leads_lead SET last_activity_at = now() - %s", [timedelta(minutes=minutes)])


def test_a_stalled_lead_is_recorded_once_and_that_is_no_activity(connect, receiver, told):
    connect(types=["lead.stalled"])
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    silent_for(59)
    assert stalled.record_stalled() == 0
    silent_for(61)
    before = Lead.objects.get().last_activity_at
    assert stalled.record_stalled() == 1
    assert stalled.record_stalled() == 0
    assert Lead.objects.get().last_activity_at == before
    [row] = told()
    assert (row.event_type, row.state) == ("lead.stalled", "delivered")


def test_a_lead_that_stalls_again_after_activity_is_recorded_again():
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    silent_for(120)
    stalled.record_stalled()
    execute("UPDATE leads_lead SET stalled_at = now() - interval '100 minutes'", [])
    Lead.objects.note(CAROL, EventKind.CODE_REFUSED)
    assert stalled.record_stalled() == 0
    silent_for(61)
    assert stalled.record_stalled() == 1


@pytest.mark.parametrize(
    "settle",
    [
        *(partial(put_into, status) for status in ("converted", "lost", "do_not_contact")),
        lambda: Lead.objects.update(phone_number=None),
    ],
)
def test_customers_and_lost_leads_do_not_stall(settle):
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    settle()
    silent_for(120)
    assert stalled.record_stalled() == 0


def test_stalled_leads_are_found_by_an_index():
    with CaptureQueriesContext(connection) as captured:
        stalled.record_stalled()
    [search] = [query["sql"] for query in captured if "SKIP LOCKED" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN {search}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("SET enable_seqscan = on")
    assert "lead_stalls_next" in plan
