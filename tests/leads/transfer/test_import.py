"""What an import does to leads when it is confirmed."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from accounts.profile import flows as profile
from leads.actions import status
from leads.models import ImportRow, Lead, LeadEvent, LeadExport, LeadNote
from leads.models.lead_choices import Source, Status
from leads.models.lead_consent import Proof
from leads.models.lead_event import EventKind
from loopin.sql import deletion_allowed
from tests.cast import ALICE, BOB, CAROL, DAVE, PROFILE
from tests.leads.statuses import make_lead
from tests.leads.transfer.steps import act, bring_in, check, text_of

AGREED = {"consent_at": timezone.now(), "consent_version": "2026-01", "consent_proof": "staff"}


def day(days):
    return localdate() + timedelta(days=days)


def test_confirmed_leads_are_there_with_everything(office, sales_manager):
    batch = bring_in(
        office,
        "Mobile;Name;E-Mail;Country;Consent;Note;Follow-up\n"
        f"+91 98123 45678;आशा राव;asha@example.com;IN;Yes;Call in the morning;{day(1)}\n",
        column_3="ignore",
    )
    made = Lead.objects.get()
    assert (made.phone_number, made.country, made.source) == (CAROL, "IN", Source.IMPORT)
    assert (made.name, made.email, made.consent_version) == (
        *("आशा राव", "asha@example.com"),
        "import",
    )
    assert made.may_be_contacted
    assert localdate(made.follow_up_at) == day(1)
    assert made.status == Status.FOLLOW_UP
    event = made.events.get()
    assert (event.kind, event.actor) == (EventKind.IMPORTED, sales_manager)
    assert event.data == {"batch": batch.pk, "contact_consent": True, "proof": "import"}
    assert (made.notes.get().text, made.notes.get().event) == ("Call in the morning", event)
    assert (batch.fresh, batch.merged) == (1, 0)
    assert not ImportRow.objects.exists()
    assert "1 new" in text_of(office, batch)


def test_leads_come_in_the_order_of_the_file(office):
    bring_in(office, f"phone\n{DAVE}\n{ALICE}\n{CAROL}\n{ALICE}\n{BOB}\n")
    made = Lead.objects.order_by("events__pk").values_list("phone_number", flat=True)
    assert set(made) == {DAVE, ALICE, CAROL, BOB}
    assert ImportRow.objects.count() == 0


def test_only_blanks_of_known_leads_are_filled(office):
    before = make_lead(CAROL, name="Carol Sen", status="contacted")
    bring_in(office, f"phone,name,email,consent\n{CAROL},Other Name,c@example.com,yes\n")
    after = Lead.objects.get()
    assert (after.name, after.email) == ("Carol Sen", "c@example.com")
    assert after.consent_version == "import"
    assert (after.source, after.status, after.pk) == (before.source, "contacted", before.pk)
    assert after.events.count() == 2
    assert after.events.first().data["filled"] == ["email", "consent"]


def test_customers_are_left_alone(office, alice):
    before = Lead.objects.values().get(phone_number=ALICE)
    batch = bring_in(office, f"phone,name,note\n{ALICE},Other Name,hello\n{BOB},,\n")
    assert Lead.objects.values().get(phone_number=ALICE) == before
    assert (batch.fresh, batch.merged, batch.customers) == (1, 0, 1)
    assert not LeadNote.objects.exists()


def test_somebody_who_became_a_customer_meanwhile_is_left_alone(office, bob):
    batch = check(office, f"phone,name\n{BOB},Other Name\n")
    profile.complete(bob.pk, PROFILE)
    assert act(office, batch, "confirm").status_code == 302
    assert (batch.fresh, batch.merged) == (0, 0)
    assert Lead.objects.get(phone_number=BOB).name == PROFILE["name"]


def test_who_is_not_to_be_contacted_is_left_alone(office, sales_manager):
    known = make_lead(CAROL)
    status.change_status(known.pk, Status.DO_NOT_CONTACT, actor=sales_manager)
    before = Lead.objects.values().get()
    batch = bring_in(office, f"phone,name,consent,follow-up\n{CAROL},Carol Sen,yes,{day(3)}\n")
    assert (batch.unwanted, batch.fresh, batch.merged) == (1, 0, 0)
    assert Lead.objects.values().get() == before


def test_a_consent_taken_back_does_not_return_with_a_list(office):
    known = make_lead(CAROL)
    Lead.objects.answer(Proof.CLAIMED, phone_number=known.phone_number, contact_consent=False)
    batch = bring_in(office, f"phone,consent\n{CAROL},yes\n")
    assert batch.unwanted == 1
    assert Lead.objects.get().consent_at is None
    assert not Lead.objects.get().may_be_contacted


def test_a_no_in_a_file_withdraws_consent(office, sales_manager):
    known = make_lead(
        CAROL, consent_at=timezone.now(), consent_version="2026-01", consent_proof="proven"
    )
    batch = bring_in(office, f"phone,consent\n{CAROL},yes\n{CAROL},no\n{BOB},no\n{DAVE},\n")
    assert not Lead.objects.exclude(consent_at=None).exists()
    assert not Lead.objects.exclude(consent_version="").exists()
    events = known.events.filter(kind=EventKind.CONSENT_WITHDRAWN)
    assert events.get().actor == sales_manager
    assert batch.refusing == 2
    assert not any(lead.may_be_contacted for lead in Lead.objects.all())


def test_a_no_in_a_file_ends_the_follow_up(office):
    make_lead(CAROL, status="follow_up", follow_up_at=timezone.now(), **AGREED)
    bring_in(office, f"phone,consent\n{CAROL},no\n")
    assert Lead.objects.get().follow_up_at is None


def test_silence_about_consent_leaves_it(office):
    given = timezone.now()
    make_lead(CAROL, consent_at=given, consent_version="2026-01")
    bring_in(office, f"phone,consent\n{CAROL},\n")
    assert (Lead.objects.get().consent_at, Lead.objects.get().consent_version) == (given, "2026-01")


@pytest.mark.parametrize(
    ("known", "consent", "becomes_follow_up"),
    [
        (None, "yes", True),
        (None, "", False),
        (None, "no", False),
        ({"status": "contacted"}, "yes", True),
        ({"status": "contacted", **AGREED}, "", True),
        ({"status": "contacted"}, "", False),
        ({"status": "lost", **AGREED}, "", False),
    ],
)
def test_a_date_is_a_follow_up_of_those_who_may_be_called(
    office, known, consent, becomes_follow_up
):
    """Everybody else has it in the note."""
    if known is not None:
        make_lead(CAROL, **known)
    bring_in(office, f"phone,consent,note,follow-up\n{CAROL},{consent},hello,{day(3)}\n")
    after = Lead.objects.get()
    assert (after.status == "follow_up") == (after.follow_up_at is not None) == becomes_follow_up
    note = "hello" if becomes_follow_up else f"hello\nFollow-up on {day(3)}"
    assert after.notes.get().text == note


def test_no_follow_up_stands_on_a_consent_that_does_not_count(office, settings):
    settings.LEAD_CONSENT_PROOF = "proven"
    bring_in(office, f"phone,consent,follow-up\n{CAROL},yes,{day(3)}\n")
    assert (Lead.objects.get().status, Lead.objects.get().follow_up_at) == ("new", None)


def test_where_no_consent_is_needed_a_date_is_a_follow_up(office, settings):
    settings.LEAD_CONSENT_REQUIRED = False
    bring_in(office, f"phone,follow-up\n{CAROL},{day(3)}\n")
    assert Lead.objects.get().status == "follow_up"


def test_a_follow_up_that_was_set_stays(office):
    soon = timezone.now() + timedelta(hours=1)
    make_lead(CAROL, status="follow_up", follow_up_at=soon, **AGREED)
    bring_in(office, f"phone,follow-up\n{CAROL},{day(9)}\n")
    assert Lead.objects.get().follow_up_at == soon
    assert str(day(9)) in LeadNote.objects.get().text


def test_rows_of_one_number_become_one_lead(office):
    batch = bring_in(
        office,
        f"phone,name,email,note\n{CAROL},,,first\n98123 45678,Carol Sen,c@example.com,second\n",
    )
    made = Lead.objects.get()
    assert (made.name, made.email, made.notes.get().text) == (
        *("Carol Sen", "c@example.com"),
        "first\nsecond",
    )
    assert batch.repeated == 1


def test_a_number_that_comes_again_far_below_is_merged_too(office):
    """The rows are stored a thousand at a time."""
    many = "".join(f"+9198{number:08d},,\n" for number in range(1500))
    batch = bring_in(office, f"phone,name,consent\n{CAROL},,yes\n{many}{CAROL},Carol Sen,no\n")
    assert (batch.repeated, batch.fresh, batch.rows) == (1, 1501, 1502)
    made = Lead.objects.get(phone_number=CAROL)
    assert (made.name, made.consent_at, made.events.count()) == ("Carol Sen", None, 1)
    assert made.refused_at


def test_confirming_again_changes_nothing(office):
    batch = bring_in(office, f"phone,note\n{CAROL},hello\n")
    assert act(office, batch, "confirm").status_code == 302
    assert LeadEvent.objects.count() == LeadNote.objects.count() == 1
    assert (batch.fresh, batch.merged) == (1, 0)


def test_what_was_exported_can_be_imported(office, sales_admin, browser_of):
    make_lead(CAROL, name="आशा राव", email="asha@example.com", consent_at=timezone.now())
    admin = browser_of(sales_admin)
    admin.post("/leads/export/", {"confirmed": "yes", "numbers": "full"})
    export = LeadExport.objects.get()
    file = b"".join(admin.get(f"/leads/exports/{export.pk}/leads.csv").streaming_content)
    with deletion_allowed():
        Lead.objects.all().erase()
    bring_in(office, file)
    made = Lead.objects.get(phone_number=CAROL)
    assert (made.name, made.email) == ("आशा राव", "asha@example.com")
    assert made.may_be_contacted
