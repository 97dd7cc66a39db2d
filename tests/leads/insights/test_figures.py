"""The figures: equal to a count from nothing, whatever happened in between."""

import random
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from accounts import signals
from accounts.models.phone_otp import Purpose
from leads.actions import claim, contact, forget, status, verify
from leads.insights import rollups
from leads.insights.measures import MEASURES
from leads.models import EventCount, Lead, LeadCohort, LeadEvent, RollupState, StaleDay
from leads.models.lead_choices import Status
from leads.models.lead_event import CallOutcome, EventKind
from loopin.background import periodic, retention
from loopin.errors import LoopinError
from loopin.sql import deletion_allowed
from tests.cast import ALICE, BOB, CAROL
from tests.leads.insights.counted import (
    catch_up,
    counted,
    facts,
    request_code,
    rows,
    stock_the_desk,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_models_have_a_column_for_each_measure():
    fields = {field.name for field in LeadCohort._meta.get_fields()}
    assert fields == {"id", "day", "source", "country", "is_erased", *MEASURES}


def test_a_lead_is_counted_as_far_as_it_came(figures, sales_manager):
    request_code(BOB)
    Lead.objects.note(BOB, EventKind.CODE_REFUSED, trouble="wrong_code", is_attempted=True)
    Lead.objects.advance(ALICE, EventKind.PROFILE_COMPLETED, source="api", is_converted=True)
    catch_up()
    shown = figures("?days=1")
    assert rows(shown["funnel"]) == {
        "Asked for a code": (2, 100.0, 100.0),
        "Code delivered": (2, 100.0, 100.0),
        "Typed a code": (2, 100.0, 100.0),
        "Verified": (1, 50.0, 50.0),
        "Profile complete": (1, 50.0, 100.0),
    }
    assert rows(shown["stops"])["Wrong code"] == (1, 100.0)
    assert rows(shown["sources"]) == {"App": (1, 1, 1, 100.0), "Web": (1, 0, 0, 0.0)}
    assert rows(shown["countries"]) == {"IN": (2, 1, 1, 50.0)}
    assert rows(shown["time_to_verify"])["up to 30 s"] == (1, 100.0)


def test_what_agents_did_is_counted_by_name(figures, staff, colleague):
    lead = request_code(BOB)
    claim.claim(lead.pk, actor=staff)
    contact.log_call(lead.pk, CallOutcome.BUSY, actor=staff)
    contact.log_call(lead.pk, CallOutcome.REACHED, actor=staff)
    contact.write_note(lead.pk, "Likes jazz", actor=staff)
    claim.claim(request_code(CAROL).pk, actor=colleague)
    catch_up()
    agents = figures("?days=1")["agents"]
    of_sam = dict(zip(agents.columns[1:], rows(agents)["sam"], strict=True))
    assert {name: count for name, count in of_sam.items() if count} == {
        "Calls": 2,
        "Busy": 1,
        "Reached": 1,
        "Claimed": 1,
        "Notes": 1,
    }
    assert rows(agents).keys() == {"sam", "sita"}


@pytest.mark.parametrize(
    ("minutes", "row"), [(29, "In time"), (31, "Late")], ids=["in time", "late"]
)
def test_the_first_call_is_in_time_or_late(figures, staff, minutes, row):
    lead = request_code(BOB)
    called_at = lead.created_at + timedelta(minutes=minutes)
    Lead.objects.update(first_contacted_at=called_at)
    request_code(CAROL)
    catch_up()
    shown = rows(figures("?days=1")["first_contact"])
    assert shown[row] == (1, 50.0)
    assert shown["Not contacted yet"] == (1, 50.0)


def test_nobody_is_late_for_people_who_may_not_be_called(figures):
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
    catch_up()
    assert rows(figures("?days=1")["first_contact"])["Not contacted yet"] == (0, None)


def test_messages_that_were_not_taken_are_not_paid_for(figures, settings):
    settings.SMS_PRICE = 0
    for _ in range(4):
        request_code(BOB)
    for reason in ("undeliverable", "sms_unavailable", "unreachable"):
        Lead.objects.note(BOB, EventKind.CODE_UNDELIVERED, {"reason": reason})
    Lead.objects.advance(BOB, EventKind.PHONE_VERIFIED, is_verified=True)
    catch_up()
    messages = rows(figures("?days=1")["messages"])
    assert messages["Messages sent"] == (2,)
    assert messages["Messages per verified lead"] == (2.0,)
    settings.SMS_PRICE = 0.25
    priced = rows(figures("?days=1")["messages"])
    assert priced["Cost per verified lead, INR"] == (0.5,)


def test_days_are_those_of_india(figures):
    lead = request_code(BOB)
    # 19:00 UTC on the 1st is half past midnight on the 2nd in India.
    Lead.objects.filter(pk=lead.pk).update(created_at="2026-03-01T19:00:00Z")
    catch_up()
    days = rows(figures("?first=2026-03-01&last=2026-03-03")["days"])
    assert [days[f"2026-03-0{day}"][0] for day in (1, 2, 3)] == [0, 1, 0]


def test_a_day_counts_again_when_its_leads_change(figures):
    request_code(BOB)
    catch_up()
    assert figures("?days=1")["funnel"].rows[3][1] == 0
    Lead.objects.advance(BOB, EventKind.PHONE_VERIFIED, is_verified=True)
    catch_up()
    assert figures("?days=1")["funnel"].rows[3][1] == 1


@pytest.mark.parametrize("seed", range(4))
def test_refreshed_counts_equal_rebuilt_counts(seed, staff, colleague, sales_manager):
    """Whatever people and staff do, in any order, with refreshes of any size in between."""
    chance = random.Random(seed)
    numbers = [f"+9198000000{n:02d}" for n in range(12)] + ["+14155550123", "+447911123456"]
    agents = [staff, colleague, sales_manager]
    for _ in range(150):
        _something_happens(chance, chance.choice(numbers), chance.choice(agents))
        if chance.random() < 0.3:
            rollups.take_round(events=chance.randint(1, 7), days=chance.randint(1, 3))
    catch_up()
    followed = counted()
    rollups.rebuild()
    assert followed == counted()
    assert followed == facts()


def _arrive(chance, phone_number):
    """Somebody asks for a code; if it is their first, it was up to 40 days ago."""
    is_known = Lead.objects.filter(phone_number=phone_number).exists()
    with transaction.atomic():
        source = chance.choice(["api", "web"])
        Lead.objects.advance(
            phone_number,
            EventKind.CODE_REQUESTED,
            source=source,
            contact_consent=chance.choice([True, False, None]),
        )
        if not is_known:
            earlier = timezone.now() - timedelta(hours=chance.randint(0, 1000))
            Lead.objects.filter(phone_number=phone_number).update(created_at=earlier)


def _something_happens(chance, phone_number, agent):
    lead = Lead.objects.filter(phone_number=phone_number).first()
    lead_id = lead.pk if lead else 0
    said = {"sender": None, "recipient": phone_number, "purpose": Purpose.SIGN_IN}
    deeds = [
        lambda: _arrive(chance, phone_number),
        lambda: signals.code_refused.send(**said),
        lambda: signals.code_undelivered.send(**said, reason="undeliverable"),
        lambda: Lead.objects.note(phone_number, EventKind.CODE_DELIVERED, is_delivered=True),
        lambda: (
            lead and Lead.objects.advance(phone_number, EventKind.PHONE_VERIFIED, is_verified=True)
        ),
        lambda: (
            lead
            and Lead.objects.advance(
                phone_number, EventKind.PROFILE_COMPLETED, is_converted=True, contact_consent=True
            )
        ),
        lambda: claim.claim(lead_id, actor=agent),
        lambda: contact.log_call(lead_id, chance.choice(list(CallOutcome)), actor=agent),
        lambda: contact.write_note(lead_id, "Hello", actor=agent),
        lambda: status.change_status(lead_id, chance.choice(list(Status)), actor=agent),
        lambda: verify.verify_by_hand(lead_id, "Called", actor=agent),
        lambda: verify.undo_verification(lead_id, actor=agent),
        lambda: forget.forget(lead_id, actor=agent) if chance.random() < 0.2 else None,
    ]
    with suppress(LoopinError):
        chance.choice(deeds)()


def test_one_event_is_never_counted_twice(staff):
    request_code(BOB)
    catch_up()
    for _ in range(3):
        rollups.refresh()
    assert counted()[1] == {(localdate(), "code_requested", "", None): 1}


def test_a_round_is_bounded():
    for number in range(7):
        request_code(f"+9198000000{number:02d}")
    taken = rollups.take_round(events=3)
    while taken == (0, 0):
        taken = rollups.take_round(events=3)
    assert taken[0] <= 3
    assert EventCount.objects.get().count <= 3


def test_counts_stay_when_leads_go_after_their_retention(staff):
    for number in (ALICE, BOB, CAROL):
        request_code(number)
    claim.claim(Lead.objects.get(phone_number=CAROL).pk, actor=staff)
    catch_up()
    cohorts, events = counted()
    request_code(BOB)  # not counted yet when it goes
    with deletion_allowed():
        rollups.erase(Lead.objects.exclude(phone_number=ALICE))
    assert counted()[0] == cohorts
    catch_up()
    events[localdate(), "code_requested", "", None] += 1
    assert counted() == (cohorts, events)
    rollups.rebuild()
    assert counted() == (cohorts, events)
    assert LeadEvent.objects.count() == 1


def test_the_purge_keeps_the_counts(settings):
    request_code(BOB)
    catch_up()
    before = counted()
    settings.LEAD_RETENTION_DAYS = -1  # as if the day after tomorrow had come
    idle = {kind.name: kind for kind in retention.registered}["unverified leads"]
    assert sum(idle.batches()) == 1
    assert not Lead.objects.exists()
    assert counted() == before
    assert StaleDay.objects.exists()  # its day is counted again by a round, not by the purge
    rollups.refresh()
    assert counted() == before


def test_leads_go_even_if_nothing_was_ever_counted():
    RollupState.objects.all().delete()
    request_code(BOB)
    with deletion_allowed():
        rollups.erase(Lead.objects.all())
    assert not Lead.objects.exists()
    rollups.refresh()
    assert sum(row["requested"] for row in counted()[0].values()) == 1


def test_leads_whose_person_was_forgotten_are_counted_on(sales_manager):
    lead = request_code(BOB)
    forget.forget(lead.pk, actor=sales_manager)
    catch_up()
    assert sum(row["requested"] for row in counted()[0].values()) == 1


def test_the_command_rebuilds_the_counts(settled):
    stock_the_desk()
    settled()
    call_command("rebuild_insights", stdout=StringIO())
    assert counted() == facts()
    rollups.refresh()
    assert counted() == facts()


def test_the_periodic_task_is_registered():
    assert ("insights", 10) in [(task.name, task.every_seconds) for task in periodic.registered]
