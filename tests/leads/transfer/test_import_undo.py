"""An import is undone for a day, as far as nobody worked on its leads since."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from leads.actions import claim, contact
from leads.insights import rollups
from leads.models import EventCount, ImportBatch, Lead, LeadCohort, LeadEvent, LeadNote
from leads.models.lead_event import EventKind
from tests.cast import ALICE, BOB, CAROL, DAVE
from tests.leads.statuses import make_lead
from tests.leads.transfer.steps import act, bring_in, text_of

FILE = (
    f"phone,name,email,consent,note\n{CAROL},Carol Sen,c@example.com,yes,hello\n"
    f"{DAVE},Dave Rao,,yes,\n{BOB},Bob Rao,,,\n"
)


def lead_of(phone_number):
    return Lead.objects.get(phone_number=phone_number)


def test_leads_that_nobody_worked_on_are_gone(office):
    other = make_lead(ALICE)
    batch = bring_in(office, FILE)
    assert "Undo this import" in text_of(office, batch)
    assert act(office, batch, "undo").status_code == 302
    assert batch.state == "undone"
    assert (batch.taken_back, batch.kept) == (3, 0)
    assert Lead.objects.get() == other
    assert LeadEvent.objects.get().lead == other
    assert not LeadNote.objects.exists()
    page = text_of(office, batch)
    assert "3 leads of" in page
    assert "Undo this import" not in page


def test_leads_that_somebody_worked_on_are_kept(office, staff):
    batch = bring_in(office, FILE)
    claim.claim(lead_of(CAROL).pk, actor=staff)
    Lead.objects.advance(DAVE, EventKind.CODE_REQUESTED)
    act(office, batch, "undo")
    assert (batch.taken_back, batch.kept) == (1, 2)
    assert set(Lead.objects.values_list("phone_number", flat=True)) == {CAROL, DAVE}
    assert lead_of(CAROL).name == "Carol Sen"


def test_a_lead_that_was_released_again_is_kept(office, staff):
    batch = bring_in(office, f"phone\n{CAROL}\n")
    claim.claim(lead_of(CAROL).pk, actor=staff)
    claim.release(lead_of(CAROL).pk, actor=staff)
    act(office, batch, "undo")
    assert (batch.taken_back, batch.kept) == (0, 1)


def test_a_lead_that_was_exported_is_kept(office, sales_manager):
    """Its timeline says who took its number out."""
    batch = bring_in(office, FILE)
    LeadEvent.objects.create(lead=lead_of(BOB), kind=EventKind.EXPORTED, actor=sales_manager)
    act(office, batch, "undo")
    assert (batch.taken_back, batch.kept) == (2, 1)


def test_that_a_lead_came_to_a_halt_is_no_work(office):
    batch = bring_in(office, FILE)
    Lead.objects.update(last_activity_at=timezone.now() - timedelta(hours=2))
    assert Lead.objects.mark_stalled(size=10) == 3
    act(office, batch, "undo")
    assert (batch.taken_back, batch.kept) == (3, 0)


def test_what_was_filled_in_is_blank_again(office):
    make_lead(CAROL, name="Carol Sen", status="contacted")
    before = Lead.objects.values().get()
    later = localdate() + timedelta(days=3)
    batch = bring_in(
        office,
        f"phone,name,email,consent,follow-up,note\n{CAROL},Other,c@example.com,yes,{later},hello\n",
    )
    assert (lead_of(CAROL).email, lead_of(CAROL).status) == ("c@example.com", "follow_up")
    act(office, batch, "undo")
    after = Lead.objects.values().get()
    changed = {name for name, value in after.items() if value != before[name]}
    assert changed <= {"last_activity_at"}
    assert not LeadNote.objects.exists()
    kinds = list(LeadEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["code_requested", "imported", "import_undone"]
    assert (batch.taken_back, batch.kept) == (1, 0)


def test_what_somebody_filled_in_stays(office, staff):
    make_lead(CAROL)
    batch = bring_in(office, FILE)
    claim.claim(lead_of(CAROL).pk, actor=staff)
    contact.write_note(lead_of(CAROL).pk, "He is in Goa", actor=staff)
    act(office, batch, "undo")
    assert lead_of(CAROL).email == "c@example.com"
    assert LeadNote.objects.count() == 2


def test_a_no_from_a_file_is_not_undone(office):
    make_lead(CAROL, consent_at=timezone.now(), consent_proof="staff")
    batch = bring_in(office, f"phone,consent\n{CAROL},no\n{DAVE},no\n{BOB},yes\n")
    act(office, batch, "undo")
    assert (batch.taken_back, batch.kept) == (2, 1)
    assert lead_of(CAROL).refused_at
    assert lead_of(DAVE).refused_at
    assert not lead_of(CAROL).may_be_contacted


def test_an_import_is_undone_for_a_day_only(office):
    batch = bring_in(office, FILE)
    ImportBatch.objects.update(finished_at=timezone.now() - timedelta(hours=25))
    assert act(office, batch, "undo").status_code == 410
    assert "Undo this import" not in text_of(office, batch)
    assert Lead.objects.count() == 3


def test_undoing_again_changes_nothing(office):
    batch = bring_in(office, FILE)
    act(office, batch, "undo")
    bring_in(office, FILE)
    assert act(office, batch, "undo").status_code == 302
    assert Lead.objects.count() == 3


def test_what_was_not_confirmed_cannot_be_undone(office, sales_manager):
    batch = bring_in(office, FILE)
    ImportBatch.objects.update(state="waiting")
    assert act(office, batch, "undo").status_code == 410


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_counted_before", [True, False])
def test_the_figures_know_nothing_of_an_import_that_was_undone(office, settled, is_counted_before):
    def refresh():
        settled()
        rollups.refresh()

    make_lead(ALICE)
    refresh()
    before = figures()
    batch = bring_in(office, FILE)
    if is_counted_before:
        refresh()
        assert figures() != before
    act(office, batch, "undo")
    refresh()
    assert figures() == before
    rollups.rebuild()
    assert figures() == before


def figures():
    events = EventCount.objects.filter(count__gt=0).values_list("kind", "count", "is_erased")
    leads = LeadCohort.objects.values_list("source", "is_erased", "requested")
    return sorted(events), sorted(leads)
