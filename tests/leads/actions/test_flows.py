"""What staff do with leads, whichever door it comes through."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import SecurityEvent, User
from leads import errors
from leads.actions import claim, contact, forget, status, verify
from leads.models import Lead, LeadNote, LeadSearch
from leads.models.lead_choices import Status
from leads.models.lead_event import CallOutcome, EventKind
from tests.cast import BOB, CAROL
from tests.each import each
from tests.leads.statuses import put_into


@pytest.fixture
def claimed(lead, staff):
    return claim.claim(lead.pk, actor=staff)


def last(lead):
    return lead.events.latest("pk")


def let_time_pass(lead, **duration):
    """As if the claim were so much older."""
    lead.refresh_from_db()
    lead.lease_ends_at -= timedelta(**duration)
    lead.save(update_fields=["lease_ends_at"])


def test_a_claim_lasts_half_an_hour(lead, staff):
    claimed = claim.claim(lead.pk, actor=staff)
    left = claimed.lease_ends_at - timezone.now()
    assert claimed.owner == staff
    assert timedelta(minutes=29) < left <= timedelta(minutes=30)
    assert (last(lead).kind, last(lead).actor) == ("claimed", staff)


def test_a_second_claim_is_refused_with_the_name_of_the_owner(claimed, colleague, staff):
    with pytest.raises(errors.AlreadyClaimed, match="sam works on this lead"):
        claim.claim(claimed.pk, actor=colleague)
    assert Lead.objects.get().owner == staff


def test_a_claim_that_ran_out_can_be_taken(claimed, colleague):
    let_time_pass(claimed, minutes=31)
    assert claim.claim(claimed.pk, actor=colleague).owner == colleague


def test_activity_renews_the_claim(claimed, staff):
    let_time_pass(claimed, minutes=20)
    contact.write_note(claimed.pk, "Will call at six", actor=staff)
    claimed.refresh_from_db()
    assert claimed.lease_ends_at > timezone.now() + timedelta(minutes=29)


def test_claiming_one_s_own_lead_renews_it_without_another_line(claimed, staff):
    let_time_pass(claimed, minutes=20)
    before = claimed.events.count()
    claim.claim(claimed.pk, actor=staff)
    claimed.refresh_from_db()
    assert claimed.lease_ends_at > timezone.now() + timedelta(minutes=29)
    assert claimed.events.count() == before


def test_a_released_lead_is_free_and_masked_again(claimed, staff, colleague):
    contact.reveal(claimed.pk, actor=staff)
    claim.release(claimed.pk, actor=staff)
    assert claim.claim(claimed.pk, actor=colleague).revealed_at is None


def test_an_agent_cannot_release_the_lead_of_somebody_else(claimed, colleague, sales_manager):
    with pytest.raises(errors.LeadNotFound):
        claim.release(claimed.pk, actor=colleague)
    assert claim.release(claimed.pk, actor=sales_manager).owner is None


def test_handing_over(claimed, staff, colleague, sales_manager):
    assert claim.assign(claimed.pk, colleague, actor=staff).owner == colleague
    assert last(claimed).data == {"agent": colleague.pk}
    with pytest.raises(errors.LeadNotFound):
        claim.assign(claimed.pk, staff, actor=staff)
    assert claim.assign(claimed.pk, staff, actor=sales_manager).owner == staff


def test_leads_go_only_to_people_who_work_leads(claimed, staff, db):
    nobody = User.objects.create_user("nina", is_staff=True)
    with pytest.raises(errors.AgentNotFound):
        claim.assign(claimed.pk, nobody, actor=staff)


def test_revealing_the_number_is_recorded(claimed, staff):
    assert contact.reveal(claimed.pk, actor=staff).revealed_at
    contact.reveal(claimed.pk, actor=staff)
    assert [event.kind for event in claimed.events.all()[:2]] == ["revealed", "claimed"]
    event = SecurityEvent.objects.get(kind="revealed")
    assert (event.user_id, event.data) == (staff.pk, {"lead": claimed.pk})
    assert contact.reveals_today(staff.pk) == 1


def test_numbers_are_looked_at_so_often_a_day(claimed, staff, settings):
    settings.REVEALS_PER_DAY = 1
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED, contact_consent=True)
    other = claim.claim(Lead.objects.get(phone_number=BOB).pk, actor=staff)
    contact.reveal(claimed.pk, actor=staff)
    with pytest.raises(errors.RevealsUsedUp) as refused:
        contact.reveal(other.pk, actor=staff)
    assert 0 < refused.value.retry_after <= 24 * 60 * 60


@pytest.mark.parametrize("act", [contact.reveal, "call"])
def test_nobody_is_contacted_without_a_claim_consent_or_against_their_wish(lead, staff, act):
    def attempt():
        if act == "call":
            contact.log_call(lead.pk, CallOutcome.REACHED, actor=staff)
        else:
            act(lead.pk, actor=staff)

    with pytest.raises(errors.NotOwner):
        attempt()
    claim.claim(lead.pk, actor=staff)
    Lead.objects.update(consent_at=None)
    with pytest.raises(errors.NoConsent):
        attempt()
    put_into("do_not_contact")
    with pytest.raises(errors.DoNotContact):
        attempt()


def test_where_consent_is_asked_elsewhere_it_is_not_asked_here(claimed, staff, settings):
    settings.LEAD_CONSENT_REQUIRED = False
    Lead.objects.update(consent_at=None)
    assert contact.reveal(claimed.pk, actor=staff)


def test_the_first_call_is_the_first_contact(claimed, staff):
    lead = contact.log_call(claimed.pk, CallOutcome.NO_ANSWER, actor=staff, note="Rang twice")
    first = lead.first_contacted_at
    assert first
    assert lead.status == "contacted"
    assert last(lead).data == {"outcome": "no_answer"}
    assert last(lead).note.text == "Rang twice"
    again = contact.log_call(claimed.pk, CallOutcome.REACHED, actor=staff)
    assert again.first_contacted_at == first


def test_a_call_back_is_a_follow_up_and_the_owner_keeps_the_lead(claimed, staff):
    tomorrow = timezone.now() + timedelta(days=1)
    lead = contact.log_call(claimed.pk, CallOutcome.CALL_BACK, actor=staff, call_back_at=tomorrow)
    assert (lead.status, lead.follow_up_at) == ("follow_up", tomorrow)
    assert lead.lease_ends_at == tomorrow + timedelta(hours=12)


def test_a_follow_up_is_set_and_cleared(claimed, staff):
    contact.set_follow_up(claimed.pk, timezone.now() + timedelta(hours=1), actor=staff)
    assert Lead.objects.get().follow_up_at
    contact.set_follow_up(claimed.pk, None, actor=staff)
    assert Lead.objects.get().follow_up_at is None


def test_notes_are_beside_the_timeline_and_not_in_it(claimed, staff):
    contact.write_note(claimed.pk, "Asha's mother answers", actor=staff)
    assert last(claimed).data == {}
    assert LeadNote.objects.get().event == last(claimed)


@each(
    "before, after, is_legal",
    [
        *[("new", after, True) for after in ("contacted", "follow_up", "lost", "do_not_contact")],
        *[("lost", after, True) for after in ("contacted", "follow_up", "do_not_contact")],
        ("contacted", "new", False),
        ("lost", "new", False),
        ("follow_up", "new", False),
        *[(before, "converted", False) for before in ("new", "contacted", "lost")],
        ("do_not_contact", "new", True),
        ("do_not_contact", "contacted", False),
    ],
)
def test_which_status_may_follow_which(claimed, sales_manager, before, after, is_legal):
    put_into(before)
    if is_legal:
        assert status.change_status(claimed.pk, Status(after), actor=sales_manager).status == after
        assert last(claimed).data == {"from": before, "to": after}
    else:
        with pytest.raises(errors.IllegalStatus):
            status.change_status(claimed.pk, Status(after), actor=sales_manager)


def test_an_agent_does_not_take_back_that_somebody_is_not_contacted(claimed, staff):
    put_into("do_not_contact")
    with pytest.raises(errors.IllegalStatus, match="sales manager"):
        status.change_status(claimed.pk, Status.NEW, actor=staff)


def test_the_same_status_again_is_no_change(claimed, staff):
    before = claimed.events.count()
    status.change_status(claimed.pk, Status.NEW, actor=staff)
    assert claimed.events.count() == before


def test_a_customer_is_left_alone(alice, staff, sales_manager):
    lead = Lead.objects.get()
    for attempt in (
        lambda: claim.claim(lead.pk, actor=staff),
        lambda: contact.write_note(lead.pk, "Hello", actor=sales_manager),
        lambda: status.change_status(lead.pk, Status.LOST, actor=sales_manager),
        lambda: verify.verify_by_hand(lead.pk, "Called", actor=sales_manager),
    ):
        with pytest.raises(errors.LeadClosed):
            attempt()


def test_verifying_by_hand_creates_the_user_and_is_audited(lead, sales_manager):
    verify.verify_by_hand(lead.pk, "Spoke with her", actor=sales_manager)
    lead.refresh_from_db()
    assert lead.user.phone_number == CAROL
    assert lead.user.is_verified
    assert lead.stage == "verified"
    assert (last(lead).kind, last(lead).actor, last(lead).note.text) == (
        *("verified_by_hand", sales_manager, "Spoke with her"),
    )
    with pytest.raises(errors.AlreadyVerified):
        verify.verify_by_hand(lead.pk, "Again", actor=sales_manager)


def test_an_agent_does_not_verify(claimed, staff):
    with pytest.raises(errors.NotPermitted):
        verify.verify_by_hand(claimed.pk, "Spoke with her", actor=staff)
    assert not User.objects.filter(phone_number=CAROL).exists()


def test_a_verification_is_undone_within_a_quarter_of_an_hour(lead, sales_manager):
    verify.verify_by_hand(lead.pk, "Spoke with her", actor=sales_manager)
    verify.undo_verification(lead.pk, actor=sales_manager)
    lead.refresh_from_db()
    assert (lead.stage, lead.user) == ("requested", None)
    assert not User.objects.filter(phone_number=CAROL).exists()
    with pytest.raises(errors.CannotUndo):
        verify.undo_verification(lead.pk, actor=sales_manager)


def test_a_verification_stays_once_the_person_signed_in(lead, sales_manager, token_of):
    verify.verify_by_hand(lead.pk, "Spoke with her", actor=sales_manager)
    token_of(User.objects.get(phone_number=CAROL))
    with pytest.raises(errors.CannotUndo, match="has signed in since"):
        verify.undo_verification(lead.pk, actor=sales_manager)


def test_a_forgotten_person_leaves_counts_and_nothing_personal(claimed, staff, sales_manager):
    contact.write_note(claimed.pk, "Asha's mother answers", actor=staff)
    forget.forget(claimed.pk, actor=sales_manager)
    lead = Lead.objects.get()
    assert lead.phone_number is None
    assert LeadSearch.objects.get().text == ""
    assert not LeadNote.objects.exists()
    assert last(lead).kind == "deletion_asked"
    with pytest.raises(errors.LeadNotFound):
        forget.forget(claimed.pk, actor=sales_manager)


def test_an_agent_forgets_nobody(claimed, staff):
    with pytest.raises(errors.NotPermitted):
        forget.forget(claimed.pk, actor=staff)
