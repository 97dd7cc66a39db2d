"""The database keeps the table of moves: whoever writes a status, and however."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_event import EventKind
from leads.models.lead_status import MOVES, NAME_ACTOR, Actor, choices_after, may_follow
from loopin.sql import execute, fetch_row
from tests.cast import CAROL
from tests.each import each, taken_back
from tests.leads.statuses import put_into

OTHERS = [(before, after) for before in Status for after in Status if before != after]

BELONGS = {
    Status.CONVERTED: ", verified_at = now(), converted_at = now(), follow_up_at = NULL",
    Status.DO_NOT_CONTACT: ", consent_at = NULL, refused_at = now(), follow_up_at = NULL",
    Status.LOST: ", follow_up_at = NULL",
}


@pytest.fixture
def lead(db):
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    return Lead.objects.get()


def is_written(after, by=None, more=""):
    """Whether a raw UPDATE gets through."""
    try:
        with transaction.atomic():
            if by:
                execute(NAME_ACTOR, [by])
            execute(f"UPDATE leads_lead SET status = %s{more}", [after])
    except IntegrityError:
        return False
    return True


@each("by", [*Actor, None])
def test_raw_sql_moves_a_lead_as_the_table_says(lead, by, subtests):
    for before, after in OTHERS:
        with subtests.test(before=before, after=after), taken_back():
            put_into(before)
            legal = by is not None and may_follow(
                before, after, by, has_refused=before == Status.DO_NOT_CONTACT
            )
            assert is_written(after, by, BELONGS.get(after, "")) is legal


def test_each_move_of_the_table_is_between_different_statuses_by_somebody():
    assert all(before != after and by for (before, after), by in MOVES.items())
    assert choices_after(Status.CONVERTED) == []
    assert choices_after(Status.DO_NOT_CONTACT) == [Status.NEW]


@each("after", ["contacted", "follow_up"])
@each("by", Actor)
def test_nobody_who_said_no_is_put_among_those_who_are_called(lead, after, by):
    Lead.objects.update(refused_at=timezone.now())
    assert not is_written(after, by)
    assert is_written("lost", Actor.AGENT)


def test_a_name_holds_for_one_statement(lead):
    assert is_written("contacted", Actor.MANAGER)
    assert not is_written("lost")
    assert fetch_row("SELECT current_setting('loopin.status_actor', TRUE)", []) == ("",)


def test_the_orm_is_refused_like_everybody(lead):
    for write in (
        lambda: Lead.objects.update(status="lost"),
        lambda: Lead(pk=lead.pk, phone_number=CAROL, status="lost").save(),
        lambda: Lead.objects.filter(pk=lead.pk).record(EventKind.NOTED, status="lost"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


@each(
    "columns",
    [
        "status = 'do_not_contact', refused_at = NULL",
        "follow_up_at = now()",
        "refused_at = NULL",
        "refused_at = NULL, consent_at = now(), consent_proof = 'staff'",
        "refused_at = NULL, consent_at = now(), consent_proof = 'import'",
        "refused_at = NULL, consent_at = now(), consent_proof = 'claimed'",
        "consent_at = now(), consent_proof = 'proven'",
    ],
)
def test_a_no_stands_against_raw_sql(lead, columns):
    put_into("do_not_contact")
    with connection.cursor() as cursor, transaction.atomic():
        before = fetch_row("SELECT to_jsonb(lead) FROM leads_lead AS lead", [])
        try:
            with transaction.atomic():
                cursor.execute(f"UPDATE leads_lead SET {columns}")
        except IntegrityError:
            pass
        assert fetch_row("SELECT to_jsonb(lead) FROM leads_lead AS lead", []) == before


def test_the_person_s_own_yes_ends_a_no_in_raw_sql_too(lead):
    put_into("do_not_contact")
    yes = ", refused_at = NULL, consent_at = now(), consent_proof = 'proven'"
    assert is_written("new", Actor.PERSON, yes)


def test_a_no_ends_the_promise_whichever_statement_says_it(lead, staff):
    Lead.objects.update(consent_at=timezone.now())
    Lead.objects.update(follow_up_at=timezone.now(), promised_by=staff)
    Lead.objects.update(consent_at=None, refused_at=timezone.now())
    lead.refresh_from_db()
    assert (lead.follow_up_at, lead.promised_by) == (None, None)


@each("status", ["lost", "do_not_contact", "converted"])
def test_who_is_given_up_or_a_customer_has_no_follow_up(lead, status):
    put_into(status)
    with pytest.raises(IntegrityError), transaction.atomic():
        execute("UPDATE leads_lead SET refused_at = NULL, follow_up_at = now()", [])
