"""What a sign-up changes of its lead most often writes no index (heap-only tuples)."""

import pytest

from accounts import signals
from accounts.models import PhoneOTP
from accounts.models.phone_otp import Purpose
from leads.models import Lead
from leads.models.lead_activity import LAST_ACTIVE_FIRST
from leads.models.lead_event import EventKind
from loopin.sql import execute, fetch_row, fetch_rows
from tests.cast import DAVE

HOT = """
SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'leads_lead'
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'leads_lead'"
CHANGE_IN_A_SIGN_UP = {"last_activity_at", "delivered_at", "stage", "profile_step", "name", "email"}


@pytest.fixture
def lead(db):
    Lead.objects.advance(DAVE, EventKind.CODE_REQUESTED)
    return Lead.objects.get()


def deliver():
    signals.code_delivered.send(PhoneOTP, recipient=DAVE, purpose=Purpose.SIGN_IN)


def fill_in(number):
    Lead.objects.record_profile_step(DAVE, step=f"{number}", number=number, name="Dave", email="")


@pytest.mark.parametrize("change", [deliver, lambda: fill_in(1)])
def test_a_step_of_a_sign_up_writes_no_index(lead, change):
    updates, hot = fetch_row(HOT, [])
    change()
    assert fetch_row(HOT, []) == (updates + 1, hot + 1)


def test_no_index_names_what_changes_at_each_step(db):
    found = {
        name: sql.replace("(", " ").replace(")", " ").split()
        for name, sql in fetch_rows(INDEXES, [])
    }
    named = {
        index: CHANGE_IN_A_SIGN_UP & {word.strip(",") for word in words}
        for index, words in found.items()
    }
    assert len(named) > 10
    assert {index: columns for index, columns in named.items() if columns} == {}


@pytest.mark.parametrize(
    ("active", "slot"),
    [
        ("12:00:00", "12:10"),
        ("12:09:59.999999", "12:10"),
        ("12:10:00", "12:20"),
        ("23:59:59", "00:00"),
    ],
)
def test_the_slot_follows_whoever_writes_the_time(lead, active, slot):
    moment = f"2026-11-29 {active}+00"
    execute("UPDATE leads_lead SET last_activity_at = %s", [moment])
    assert f"{Lead.objects.get().active_slot_at:%H:%M}" == slot


def test_a_saved_lead_keeps_the_slot_of_its_time(lead):
    lead.refresh_from_db()
    slot = lead.active_slot_at
    lead.active_slot_at = None
    lead.save()
    assert Lead.objects.get().active_slot_at == slot


def test_the_order_of_slots_is_the_order_of_times(db):
    for number, minutes in enumerate([0, 3, 9, 10, 11, 25, 29, 30, 61]):
        Lead.objects.advance(f"+9198000000{number:02d}", EventKind.CODE_REQUESTED)
        execute(
            "UPDATE leads_lead SET last_activity_at = '2026-11-29 12:00+00'::timestamptz"
            " - make_interval(mins => %s) WHERE phone_number = %s",
            [minutes, f"+9198000000{number:02d}"],
        )
    by_time = list(Lead.objects.order_by("-last_activity_at", "-pk").values_list("pk", flat=True))
    assert list(Lead.objects.order_by(*LAST_ACTIVE_FIRST).values_list("pk", flat=True)) == by_time
