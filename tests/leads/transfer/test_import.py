"""Leads arrive as a file: checked first, then written all at once or not at all."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate

from accounts.profile import flows as profile
from leads.actions import status
from leads.models import ImportBatch, Lead, LeadEvent, LeadExport, LeadNote
from leads.models.lead_choices import Source, Status
from leads.models.lead_consent import Proof
from leads.models.lead_event import EventKind
from leads.transfer import importing
from loopin.sql import deletion_allowed, execute
from tests.cast import ALICE, BOB, CAROL, DAVE, PROFILE
from tests.each import each
from tests.leads.statuses import write

URL = "/leads/import/"
MIB = 1024 * 1024


@pytest.fixture
def desk(sales_manager, browser_of):
    return browser_of(sales_manager)


def send(browser, content, *, region="IN", name="list.csv"):
    content = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return browser.post(URL, {"file": file, "region": region})


def upload(browser, content, **options):
    response = send(browser, content, **options)
    assert response.status_code == 302, response.content.decode()
    return ImportBatch.objects.latest("pk")


def confirm(browser, batch):
    response = browser.post(f"/leads/imports/{batch.pk}/")
    batch.refresh_from_db()
    return response


def bring_in(browser, content, **options):
    batch = upload(browser, content, **options)
    assert confirm(browser, batch).status_code == 302
    return batch


def lead(phone_number, **changes):
    Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
    write(Lead.objects.filter(phone_number=phone_number), **changes)
    return Lead.objects.get(phone_number=phone_number)


def reasons(batch):
    return [(error["row"], error["column"], error["reason"]) for error in batch.errors]


def test_a_preview_counts_and_writes_nothing(desk, alice):
    lead(BOB)
    batch = upload(
        desk,
        f"phone,name,email\n{ALICE},Somebody,\n{BOB},Bob Rao,\n{DAVE},Dave Rao,d@example.com\n"
        f"{DAVE},,\n12,X,nonsense\n",
    )
    assert (batch.rows, batch.customers, batch.repeated) == (5, 1, 1)
    assert (batch.expected_fresh, batch.expected_known) == (1, 1)
    assert reasons(batch) == [
        (6, "phone", "This number is 8 digits short."),
        (6, "name", "Enter a name of 3 to 100 characters."),
        (6, "email", "Enter an e-mail address, such as asha@example.com."),
    ]
    page = desk.get(f"/leads/imports/{batch.pk}/").content.decode()
    assert "Nothing is saved yet" in page
    assert "Import 2 leads" in page
    assert "nonsense" not in page
    assert set(Lead.objects.values_list("phone_number", flat=True)) == {ALICE, BOB}


def test_confirmed_leads_are_there_with_everything(desk, sales_manager):
    tomorrow = localdate() + timedelta(days=1)
    batch = bring_in(
        desk,
        "Mobile;Name;E-Mail;Country;Consent;Note;Follow-up\n"
        f"+91 98123 45678;आशा राव;asha@example.com;IN;Yes;Call in the morning;{tomorrow}\n",
    )
    made = Lead.objects.get()
    assert (made.phone_number, made.country, made.source) == (CAROL, "IN", Source.IMPORT)
    assert (made.name, made.email, made.consent_version) == (
        *("आशा राव", "asha@example.com"),
        "import",
    )
    assert made.consent_at
    assert made.may_be_contacted
    assert localdate(made.follow_up_at) == tomorrow
    assert made.status == Status.FOLLOW_UP
    event = made.events.get()
    assert (event.kind, event.actor) == (EventKind.IMPORTED, sales_manager)
    assert event.data == {"batch": batch.pk, "contact_consent": True, "proof": "import"}
    assert (made.notes.get().text, made.notes.get().event) == ("Call in the morning", event)
    assert (batch.fresh, batch.merged, batch.leads) == (1, 0, [])
    assert batch.ignored_columns == ["Country"]
    assert "1 new" in desk.get(f"/leads/imports/{batch.pk}/").content.decode()


def test_only_blanks_of_known_leads_are_filled(desk):
    before = lead(CAROL, name="Carol Sen", consent_at=None, status="contacted")
    bring_in(desk, f"phone,name,email,consent\n{CAROL},Other Name,c@example.com,yes\n")
    after = Lead.objects.get()
    assert (after.name, after.email) == ("Carol Sen", "c@example.com")
    assert after.consent_version == "import"
    assert (after.source, after.status, after.pk) == (before.source, "contacted", before.pk)
    assert after.events.count() == 2


def test_customers_are_left_alone(desk, alice):
    before = Lead.objects.values().get(phone_number=ALICE)
    batch = bring_in(desk, f"phone,name,note\n{ALICE},Other Name,hello\n{BOB},,\n")
    assert Lead.objects.values().get(phone_number=ALICE) == before
    assert (batch.fresh, batch.merged) == (1, 0)
    assert not LeadNote.objects.exists()


def test_somebody_who_became_a_customer_meanwhile_is_left_alone(desk, bob):
    batch = upload(desk, f"phone,name\n{BOB},Other Name\n")
    profile.complete(bob.pk, PROFILE)
    assert confirm(desk, batch).status_code == 302
    assert (batch.fresh, batch.merged) == (0, 0)
    assert Lead.objects.get(phone_number=BOB).name == PROFILE["name"]


def test_an_import_does_not_change_do_not_contact(desk, sales_manager):
    known = lead(CAROL)
    status.change_status(known.pk, Status.DO_NOT_CONTACT, actor=sales_manager)
    later = localdate() + timedelta(days=3)
    bring_in(desk, f"phone,consent,follow-up\n{CAROL},yes,{later}\n")
    after = Lead.objects.get()
    assert (after.status, after.follow_up_at) == (Status.DO_NOT_CONTACT, None)
    assert not after.may_be_contacted


def test_a_consent_taken_back_does_not_return_with_a_list(desk):
    known = lead(CAROL)
    Lead.objects.answer(Proof.CLAIMED, phone_number=known.phone_number, contact_consent=False)
    bring_in(desk, f"phone,consent\n{CAROL},yes\n")
    assert Lead.objects.get().consent_at is None


def test_a_no_in_a_file_withdraws_consent(desk, sales_manager):
    known = lead(
        CAROL, consent_at=timezone.now(), consent_version="2026-01", consent_proof="proven"
    )
    bring_in(desk, f"phone,consent\n{CAROL},yes\n{CAROL},no\n{BOB},no\n{DAVE},\n")
    assert not Lead.objects.exclude(consent_at=None).exists()
    assert not Lead.objects.exclude(consent_version="").exists()
    events = known.events.filter(kind=EventKind.CONSENT_WITHDRAWN)
    assert events.get().actor == sales_manager
    assert not any(lead.may_be_contacted for lead in Lead.objects.all())


def test_silence_about_consent_leaves_it(desk):
    given = timezone.now()
    lead(CAROL, consent_at=given, consent_version="2026-01")
    bring_in(desk, f"phone,consent\n{CAROL},\n")
    assert (Lead.objects.get().consent_at, Lead.objects.get().consent_version) == (given, "2026-01")


def test_rows_of_one_number_become_one_lead(desk):
    batch = bring_in(
        desk,
        f"phone,name,email,note\n{CAROL},,,first\n98123 45678,Carol Sen,c@example.com,second\n",
    )
    made = Lead.objects.get()
    assert (made.name, made.email, made.notes.get().text) == (
        *("Carol Sen", "c@example.com"),
        "first\nsecond",
    )
    assert batch.repeated == 1


def test_confirming_again_changes_nothing(desk):
    batch = bring_in(desk, f"phone,note\n{CAROL},hello\n")
    assert confirm(desk, batch).status_code == 302
    assert LeadEvent.objects.count() == LeadNote.objects.count() == 1
    assert (batch.fresh, batch.merged) == (1, 0)


def test_a_file_waits_for_an_hour(desk):
    batch = upload(desk, f"phone\n{CAROL}\n")
    ImportBatch.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert confirm(desk, batch).status_code == 410
    assert not Lead.objects.exists()
    assert list(ImportBatch.objects.past_retention()) == [batch]


def test_a_confirmed_batch_stays_for_the_audit(desk):
    bring_in(desk, f"phone\n{CAROL}\n")
    ImportBatch.objects.update(created_at=timezone.now() - timedelta(days=30))
    assert not ImportBatch.objects.past_retention().exists()


def test_what_breaks_in_the_middle_leaves_nothing(desk, sales_manager):
    """The last note cannot be written: no lead, no event, and the batch can be confirmed again."""
    batch = upload(desk, f"phone,note\n{CAROL},fine\n{DAVE},forbidden\n")
    execute("ALTER TABLE leads_leadnote ADD CONSTRAINT breaks CHECK (text <> 'forbidden')", [])
    with pytest.raises(DatabaseError):
        importing.confirm(batch.pk, actor=sales_manager)
    execute("ALTER TABLE leads_leadnote DROP CONSTRAINT breaks", [])
    assert not Lead.objects.exists()
    assert not LeadEvent.objects.exists()
    assert confirm(desk, batch).status_code == 302
    assert Lead.objects.count() == 2


def test_an_import_belongs_to_who_uploaded_it(desk, sales_admin, browser_of):
    batch = upload(desk, f"phone\n{CAROL}\n")
    other = browser_of(sales_admin)
    for address in (f"/leads/imports/{batch.pk}/", f"/leads/imports/{batch.pk}/errors.csv"):
        assert other.get(address).status_code == 404
    assert other.post(f"/leads/imports/{batch.pk}/").status_code == 404
    assert not Lead.objects.exists()


def test_an_agent_may_not_import(staff, browser_of, desk):
    batch = upload(desk, f"phone\n{CAROL}\n")
    agent = browser_of(staff)
    answers = [agent.get(URL), send(agent, f"phone\n{CAROL}\n")]
    answers += [agent.get(f"/leads/imports/{batch.pk}/"), agent.post(f"/leads/imports/{batch.pk}/")]
    assert {answer.status_code for answer in answers} == {403}
    assert "Import</a>" not in agent.get("/leads/").content.decode()
    assert "Import</a>" in desk.get("/leads/").content.decode()


def test_all_errors_can_be_downloaded(desk):
    batch = upload(desk, "phone\n" + "12\n" * 60)
    assert "These are the first 50" in desk.get(f"/leads/imports/{batch.pk}/").content.decode()
    content = desk.get(f"/leads/imports/{batch.pk}/errors.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert len(rows) == 61
    assert rows[1][:2] == ["2", "phone"]


@each(
    "column, typed, reason",
    [
        ("name", "=cmd|' /C calc'!A0", "Use only letters, spaces, hyphens, apostrophes, and"),
        ("name", "A", "Enter a name of 3 to 100 characters."),
        ("email", "=1+1", "Enter an e-mail address, such as asha@example.com."),
        ("consent", "perhaps", "Write yes, no or nothing."),
        ("follow-up", "2026-02-30", "Enter a real date as YYYY-MM-DD, such as 2027-04-23."),
        ("follow-up", "2020-01-01", "Choose a day from today on."),
        ("note", "x" * 2001, "Write at most 2000 characters."),
    ],
)
def test_a_broken_cell_is_named_with_its_reason(desk, column, typed, reason):
    batch = upload(desk, f'phone,{column}\n{CAROL},"{typed}"\n{BOB},\n')
    [(row, name, said)] = reasons(batch)
    assert (row, name, said[: len(reason)]) == (2, column, reason)
    assert batch.expected_fresh == 1


TOO_LONG = "phone\n" + "x" * (MIB - 4096)


@each(
    "content, words",
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf \n", "The file is empty"),
        (b"phone,name\n", "no row below"),
        (b"phone\n\n ,\n", "no row below"),
        (b"name,email\nAsha,a@example.com\n", "one has to be “phone”"),
        (b"+919812345678\n+919876543210\n", "one has to be “phone”"),
        (b"phone,name,name\n1,2,3\n", "Two columns mean the same: name"),
        (b"phone,Mobile\n1,2\n", "Two columns mean the same: phone number"),
        (b"phone\n98\x00123\n", "not a CSV file"),
        (b"PK\x03\x04\x14\x00\x06\x00binary", "not a CSV file"),
        (b"phone,name\n1,\xff\xfeAsha\n", "not UTF-8"),
        ("phone,name\n1,José".encode("latin-1"), "not UTF-8"),
        ("phone\n1".encode("utf-16"), "UTF-16"),
        (b'phone,name\n+919812345678,"Asha\n', "Row 2 has a quotation mark out of place"),
        (b'phone,name\n+919812345678,"Asha"x\n', "Row 2 has a quotation mark out of place"),
        (TOO_LONG.encode(), "Row 2 is too long"),
        (("phone\n" + "9\n" * 10_001).encode(), "at most 10000 rows"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(desk, content, words):
    response = send(desk, content)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_two_mebibytes_are_too_much(desk):
    response = send(desk, b"phone\n" + b"9" * (2 * MIB))
    assert response.status_code == 413
    assert "at most 1 MiB" in response.content.decode()


def test_a_form_without_a_file_says_so(desk):
    response = desk.post(URL, {"region": "IN"})
    assert response.status_code == 422
    assert "Choose a file." in response.content.decode()


def test_a_header_as_wide_as_the_file_costs_no_more_than_its_size(desk):
    content = "phone" + "," * 400_000 + "\n" + f"{CAROL}\n" * 9_000
    assert upload(desk, content).rows == 9_000


@each("separator", [",", ";", "\t"])
@each("start", ["", "\ufeff", "\n\n"])
@each("end", ["\n", "\r\n"])
def test_spreadsheets_of_all_kinds_are_read(desk, separator, start, end):
    lines = [separator.join(cells) for cells in (("Phone", '"Name"'), (CAROL, '"Asha Rao"'))]
    bring_in(desk, start + end.join(lines))
    assert Lead.objects.get().name == "Asha Rao"


@each(
    "typed, region, number",
    [
        ("62058 29376", "IN", ALICE),
        ("06205829376", "IN", ALICE),
        ("916205829376", "IN", ALICE),
        ("0091 6205829376", "IN", ALICE),
        ("(+91) 62058 29376", "IN", ALICE),
        ("447400123456", "IN", None),
        ("+44 7400 123456", "IN", "+447400123456"),
        ("9812340002.0", "IN", "+919812340002"),
        ('"=""9812340003"""', "IN", "+919812340003"),
        ("'9812340004", "IN", "+919812340004"),
        ("9.19812E+11", "IN", None),
        ("9376", "IN", None),
        ("=cmd", "IN", None),
    ],
)
def test_national_numbers_get_the_country_that_was_chosen(desk, settings, typed, region, number):
    settings.PHONE_VALIDATION = "valid"
    batch = upload(desk, f"phone\n{typed}\n", region=region)
    assert [lead["phone_number"] for lead in batch.leads] == ([number] if number else [])


def test_what_was_exported_can_be_imported(desk, sales_admin, browser_of):
    lead(CAROL, name="आशा राव", email="asha@example.com", consent_at=timezone.now())
    office = browser_of(sales_admin)
    office.post("/leads/export/", {"confirmed": "yes", "numbers": "full"})
    export = LeadExport.objects.get()
    file = b"".join(office.get(f"/leads/exports/{export.pk}/leads.csv").streaming_content)
    with deletion_allowed():
        Lead.objects.all().erase()
    bring_in(desk, file)
    made = Lead.objects.get(phone_number=CAROL)
    assert (made.name, made.email) == ("आशा राव", "asha@example.com")
    assert made.may_be_contacted


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [1, 3000])
def test_statements_are_as_many_for_thousands_as_for_one(desk, count):
    numbers = [f"+9198{number:08d}" for number in range(count)]
    rows = "".join(f"{number},Asha Rao,yes,hello\n" for number in numbers)
    execute(
        "INSERT INTO leads_lead (phone_number, country, source, status, trouble, name, email,"
        " consent_version) SELECT number, 'IN', 'web', 'new', '', '', '', ''"
        " FROM unnest(%s::text[]) AS number",
        [numbers[: count // 2]],
    )
    with CaptureQueriesContext(connection) as captured:
        batch = upload(desk, f"phone,name,consent,note\n{rows}")
    assert len(captured) - 1 <= 6
    with CaptureQueriesContext(connection) as captured:
        desk.post(f"/leads/imports/{batch.pk}/")
    assert len(captured) <= 10
    batch.refresh_from_db()
    assert (batch.fresh, batch.merged) == (count - count // 2, count // 2)
    assert LeadNote.objects.count() == count
