"""A no that meets a call, a follow-up or a deletion: whichever comes first, the no stands."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from leads.actions import claim, contact, forget
from leads.actions.status import change_status
from leads.models import Lead, LeadNote
from leads.models.lead_choices import Status
from leads.models.lead_consent import Proof
from leads.models.lead_event import CallOutcome, EventKind
from loopin.errors import LoopinError
from tests.cast import CAROL, DAVE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

ROUNDS = 8


@pytest.fixture
def claimed(staff):
    """`claimed()`: the lead of another round, which Sam holds."""

    def make(number):
        phone_number = f"+91{9_100_000_000 + number * 1000}"
        Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED, contact_consent=True)
        lead = Lead.objects.get(phone_number=phone_number)
        return claim.claim(lead.pk, actor=staff)

    return make


def refused(results):
    errors = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, LoopinError) for error in errors), errors
    return errors


def test_a_withdrawal_and_a_call_leave_no_promise(claimed, staff, together):
    later = timezone.now() + timedelta(hours=2)
    for number in range(ROUNDS):
        lead = claimed(number)

        def work(thread, lead=lead):
            if thread % 2:
                return Lead.objects.answer(
                    Proof.PROVEN, phone_number=lead.phone_number, contact_consent=False
                )
            return contact.log_call(lead.pk, CallOutcome.CALL_BACK, actor=staff, call_back_at=later)

        refused(together(4, work))
        lead.refresh_from_db()
        assert lead.refused_at
        assert (lead.follow_up_at, lead.promised_by, lead.may_be_contacted) == (None, None, False)


def test_do_not_contact_and_a_follow_up_at_once(claimed, staff, sales_manager, together):
    later = timezone.now() + timedelta(hours=2)
    for number in range(ROUNDS):
        lead = claimed(number)

        def work(thread, lead=lead):
            if thread == 0:
                return change_status(lead.pk, Status.DO_NOT_CONTACT, actor=sales_manager)
            return contact.set_follow_up(lead.pk, later, actor=staff)

        refused(together(4, work))
        lead.refresh_from_db()
        assert (lead.status, lead.follow_up_at) == ("do_not_contact", None)


def test_two_agents_who_move_one_lead_move_it_one_after_the_other(claimed, staff, together):
    lead = claimed(1)
    to = [Status.CONTACTED, Status.LOST, Status.FOLLOW_UP, Status.DO_NOT_CONTACT]
    results = together(12, lambda n: change_status(lead.pk, to[n % 4], actor=staff))
    assert not [error for error in refused(results) if isinstance(error, IntegrityError)]
    moves = lead.events.filter(kind=EventKind.STATUS_CHANGED).order_by("pk")
    chain = [(move.data["from"], move.data["to"]) for move in moves]
    assert [after for _, after in chain][:-1] == [before for before, _ in chain][1:]
    lead.refresh_from_db()
    assert lead.status == "do_not_contact"


def test_a_deletion_and_a_note_at_once_leave_no_note(claimed, staff, sales_manager, together):
    for number in range(ROUNDS):
        lead = claimed(number)

        def work(thread, lead=lead):
            if thread == 0:
                return forget.forget(lead.pk, actor=sales_manager)
            return contact.write_note(lead.pk, f"Call {CAROL} or {DAVE}", actor=staff)

        refused(together(5, work))
        lead.refresh_from_db()
        assert lead.phone_number is None
        assert not LeadNote.objects.filter(lead=lead).exists()
