"""What comes in with a file is read as where it is typed, and leaves as it is stored."""

import csv
import io

import pytest

from leads.models import ImportBatch, Lead
from leads.models.lead_event import EventKind
from tests.each import each
from tests.leads.transfer import steps
from tests.spellings import EMAILS, NAMES, NUMBER, NUMBERS

OTHER = "+919812340009"


def bring_in(browser, **cells):
    """A file of one row, through the pages."""
    written = io.StringIO()
    lines = csv.DictWriter(written, list(cells))
    lines.writeheader()
    lines.writerow(cells)
    steps.bring_in(browser, written.getvalue(), name="\u202alist.csv\u202c")


@pytest.fixture
def desk(sales_admin, browser_of):
    return browser_of(sales_admin)


@each("typed", NUMBERS)
def test_a_number_in_a_file_is_one_number(desk, settings, typed):
    settings.PHONE_VALIDATION = "valid"
    bring_in(desk, phone=typed, name="Asha Rao")
    assert list(Lead.objects.values_list("phone_number", "name")) == [(NUMBER, "Asha Rao")]
    assert ImportBatch.objects.get().file_name == "list.csv"


@each("typed, kept", list(NAMES.items()))
def test_a_name_in_a_file_has_one_spelling(desk, typed, kept):
    bring_in(desk, phone=NUMBER, name=typed)
    assert Lead.objects.get().name == kept


@each("typed, kept", list(EMAILS.items()))
def test_an_address_in_a_file_has_one_spelling(desk, typed, kept):
    bring_in(desk, phone=NUMBER, email=typed)
    assert Lead.objects.get().email == kept


def exported(desk):
    page = desk.post("/leads/export/", {"confirmed": "yes", "numbers": "full"})
    content = b"".join(desk.get(f"{page['Location']}leads.csv").streaming_content)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


KEPT = [*dict.fromkeys(NAMES.values())]


@each("name", KEPT)
def test_what_leaves_has_the_stored_spelling_and_comes_back_as_the_same(desk, name):
    Lead.objects.advance(NUMBER, EventKind.CODE_REQUESTED)
    Lead.objects.filter(phone_number=NUMBER).update(name=name, email="asha@example.com")
    [row] = exported(desk)
    assert (row["name"], row["email"]) == (name, "asha@example.com")
    Lead.objects.update(name="", email="")
    bring_in(desk, phone=row["number"], name=row["name"], email=row["email"])
    [back] = Lead.objects.values_list("phone_number", "name", "email")
    assert back == (NUMBER, name, "asha@example.com")


@each("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1"])
def test_what_a_spreadsheet_would_run_leaves_as_text(desk, name):
    Lead.objects.advance(OTHER, EventKind.CODE_REQUESTED)
    Lead.objects.filter(phone_number=OTHER).update(name=name)
    [row] = exported(desk)
    assert row["name"] == f"'{name}"
