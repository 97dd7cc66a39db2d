"""A form is recorded once, however often it is sent; and it can claim a lead again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from leads.actions import claim, contact
from leads.models import Lead, LeadNote
from leads.models.lead_event import CallOutcome, EventKind
from tests.each import each

WORDS = "Wants the weekend tickets"


@pytest.fixture
def claimed(lead, staff):
    return claim.claim(lead.pk, actor=staff)


def count(lead, kind):
    return lead.events.filter(kind=kind).count()


def test_the_same_form_adds_a_note_once(claimed, staff):
    name = uuid4()
    for _ in range(3):
        contact.write_note(claimed.pk, WORDS, actor=staff, submission=name)
    assert count(claimed, EventKind.NOTED) == 1
    contact.write_note(claimed.pk, WORDS, actor=staff, submission=uuid4())
    contact.write_note(claimed.pk, WORDS, actor=staff)
    assert count(claimed, EventKind.NOTED) == 3


def test_what_was_changed_before_it_was_sent_again_is_recorded(claimed, staff):
    name = uuid4()
    contact.write_note(claimed.pk, WORDS, actor=staff, submission=name)
    contact.write_note(claimed.pk, f"{WORDS}!", actor=staff, submission=name)
    assert set(LeadNote.objects.values_list("text", flat=True)) == {WORDS, f"{WORDS}!"}


def test_the_same_call_is_logged_once(claimed, staff):
    name, later = uuid4(), timezone.now() + timedelta(hours=2)
    call = {"actor": staff, "submission": name}
    for note in ("", "", WORDS, WORDS):
        contact.log_call(claimed.pk, CallOutcome.REACHED, note=note, **call)
    assert count(claimed, EventKind.CALLED) == 2
    for at in (later, later, later + timedelta(hours=1)):
        contact.log_call(claimed.pk, CallOutcome.CALL_BACK, call_back_at=at, **call)
    assert count(claimed, EventKind.CALLED) == 4


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_copies_one_is_recorded(claimed, staff):
    name = uuid4()

    def write(_):
        contact.write_note(claimed.pk, WORDS, actor=staff, submission=name)
        connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))
    assert count(claimed, EventKind.NOTED) == 1


def end_claim():
    """Long ago, because the database's clock stands still within the test's transaction."""
    Lead.objects.update(lease_ends_at=timezone.now() - timedelta(hours=1))


@each("script", {"with JavaScript": True, "without": False})
def test_a_note_under_a_claim_that_ended_keeps_its_text_and_claims_again(
    claimed, staff, desk, do, script
):
    end_claim()
    address = f"/leads/{claimed.pk}/note/"
    sent = {"text": WORDS}
    refused = do(desk, claimed, "note", sent) if script else desk.post(address, sent)
    assert refused.status_code == 409
    form = refused.content.decode().partition('id="act-note"')[2].partition("</form>")[0]
    assert WORDS in form
    assert "Claim again and save" in form
    assert 'name="claim_first"' in form
    assert " hidden>" not in form.partition(">")[0] + ">"
    response = do(desk, claimed, "note", sent | {"claim_first": "yes"})
    assert response.status_code == 200
    claimed.refresh_from_db()
    assert claimed.is_claimed_by(staff.pk)
    assert LeadNote.objects.get().text == WORDS


def test_a_free_lead_offers_its_forms_hidden(lead, desk):
    page = desk.get(f"/leads/{lead.pk}/").content.decode()
    for name in ("act-note", "fold-call", "fold-status", "fold-follow-up"):
        start = page.partition(f'id="{name}"')[2].partition(">")[0]
        assert "data-unclaimed" in start
        assert start.split()[-1] == "hidden" or " hidden" in start
