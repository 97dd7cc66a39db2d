"""What an import would change is told before it does."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from leads.models import ImportBatch, ImportRow, Lead, RefusedRow
from leads.transfer.importing import leftovers
from tests.cast import ALICE, BOB, CAROL, DAVE
from tests.leads.statuses import make_lead
from tests.leads.transfer.steps import URL, act, bring_in, check, send, text_of


def refused_file(browser, batch):
    response = browser.get(f"/leads/imports/{batch.pk}/refused.csv")
    assert response.status_code == 200
    return b"".join(response.streaming_content)


def rows_of(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_check_counts_and_writes_nothing(office, alice):
    make_lead(BOB)
    batch = check(
        office,
        f"phone,name,email\n{ALICE},Somebody,\n{BOB},Bob Rao,\n{DAVE},Dave Rao,d@example.com\n"
        f"{DAVE},,\n12,X,nonsense\n{CAROL},Carol Sen,c@@example\n",
    )
    assert (batch.rows, batch.customers, batch.repeated, batch.refused) == (6, 1, 1, 1)
    assert (batch.expected_fresh, batch.expected_known) == (2, 1)
    assert (batch.warned, batch.doubtful) == (2, 1), "an e-mail address, and 98765 43210"
    page = text_of(office, batch)
    assert "Nothing is saved yet" in page
    assert "Import 3 leads" in page
    assert "nonsense" not in page
    assert set(Lead.objects.values_list("phone_number", flat=True)) == {ALICE, BOB}


def test_a_bad_cell_costs_the_cell_and_goes_into_the_note(office):
    batch = check(
        office,
        "phone,name,email,consent,follow-up\n"
        f"{CAROL},=cmd|' /C calc'!A0,c@@example,perhaps,2026-02-30\n{DAVE},Bob Rao,,,\n",
    )
    assert (batch.expected_fresh, batch.warned, batch.refused) == (2, 1, 0)
    assert {warning["column"] for warning in batch.warnings} == {
        *("name", "email", "consent", "follow-up")
    }
    assert {warning["row"] for warning in batch.warnings} == {2}
    page = text_of(office, batch)
    assert "1 row is imported without such a cell" in page
    act(office, batch, "confirm")
    made = Lead.objects.get(phone_number=CAROL)
    assert (made.name, made.email, made.consent_at, made.follow_up_at) == ("", "", None, None)
    assert "perhaps" in made.notes.get().text
    assert "2026-02-30" in made.notes.get().text


def test_warnings_are_in_the_language_of_who_uploaded_the_file(sales_manager, hindi_office):
    batch = check(hindi_office, f"phone,name,consent\n{CAROL},Carol Sen,perhaps\n")
    assert batch.language == "hi"
    assert batch.warnings[0]["reason"] != "Write yes, no or nothing."
    assert "perhaps" in ImportRow.objects.get().note


@pytest.fixture
def hindi_office(sales_manager, browser_of):
    browser = browser_of(sales_manager)
    browser.cookies["django_language"] = "hi"
    return browser


def test_only_the_first_warnings_are_kept(office):
    rows = "".join(f"+9198{number:08d},perhaps\n" for number in range(1100))
    batch = check(office, f"phone,consent\n{rows}")
    assert (batch.warned, len(batch.warnings)) == (1100, 50)
    assert "These are the first 50" in text_of(office, batch)


def test_foreign_numbers_are_counted(office):
    batch = check(office, f"phone\n{CAROL}\n+44 7400 123456\n")
    assert batch.foreign == 1
    assert "1 number is of another country" in text_of(office, batch)


def test_refused_rows_come_back_with_their_own_columns_and_a_reason(office):
    batch = check(office, f"City,Mobile,Name\nPune,{CAROL},Carol Sen\nGoa,12,Bob Rao\n=1+1,,\n")
    [header, *rows] = rows_of(refused_file(office, batch))
    assert header == ["City", "Mobile", "Name", "Reason"]
    assert [row[:3] for row in rows] == [["Goa", "12", "Bob Rao"], ["'=1+1", "", ""]]
    assert all(row[3] for row in rows)


def test_a_mended_file_is_sent_again(office):
    batch = bring_in(
        office, f"Mobile,Full Name,City\n{CAROL},Carol Sen,Pune\n98,-Bob Rao,Goa\n12,X,\n"
    )
    content = refused_file(office, batch).decode().replace('"98"', f'"{BOB}"')
    again = bring_in(office, content)
    assert again.fields == ["phone", "name", "keep_as_note", "ignore"]
    assert (again.fresh, again.refused) == (1, 1)
    assert Lead.objects.get(phone_number=BOB).notes.get().text.endswith("City: Goa")
    [header, row] = rows_of(refused_file(office, again))
    assert header == ["Mobile", "Full Name", "City", "Reason"]
    assert (row[:3], len(row)) == (["12", "X", ""], 4)


def test_refused_rows_are_kept_for_a_day(office):
    batch = bring_in(office, f"phone\n{CAROL}\n12\n")
    leftovers.delete_all()
    assert RefusedRow.objects.count() == 1
    assert "refused.csv" in text_of(office, batch)
    ImportBatch.objects.update(kept_until=timezone.now() - timedelta(seconds=1))
    leftovers.delete_all()
    assert not RefusedRow.objects.exists()
    assert "refused.csv" not in text_of(office, batch)


def test_a_check_waits_for_an_hour(office):
    batch = check(office, f"phone\n{CAROL}\n12\n")
    ImportBatch.objects.update(kept_until=timezone.now() - timedelta(seconds=1))
    assert act(office, batch, "confirm").status_code == 410
    assert "waited for more than an hour" in text_of(office, batch)
    assert not Lead.objects.exists()
    assert list(ImportBatch.objects.past_retention()) == [batch]
    leftovers.delete_all()
    assert not ImportRow.objects.exists()
    assert not RefusedRow.objects.exists()


def test_a_confirmed_batch_stays_for_the_audit(office):
    bring_in(office, f"phone\n{CAROL}\n")
    old = timezone.now() - timedelta(days=30)
    ImportBatch.objects.update(created_at=old, kept_until=old)
    assert not ImportBatch.objects.past_retention().exists()


def test_an_import_belongs_to_who_uploaded_it(office, sales_admin, browser_of):
    batch = check(office, f"phone\n{CAROL}\n12\n")
    other = browser_of(sales_admin)
    for page in ("", "columns/", "refused.csv"):
        assert other.get(f"/leads/imports/{batch.pk}/{page}").status_code == 404
    for name in ("columns", "confirm", "cancel", "undo"):
        assert act(other, batch, name).status_code == 404
    assert batch.state == "waiting"
    assert not Lead.objects.exists()


def test_an_agent_may_not_import(staff, browser_of, office):
    batch = check(office, f"phone\n{CAROL}\n")
    agent = browser_of(staff)
    answers = [agent.get(URL), send(agent, f"phone\n{CAROL}\n")]
    answers += [agent.get(f"/leads/imports/{batch.pk}/{page}") for page in ("", "refused.csv")]
    answers += [act(agent, batch, name) for name in ("columns", "confirm", "cancel", "undo")]
    assert {answer.status_code for answer in answers} == {403}
    assert "Import</a>" not in agent.get("/leads/").content.decode()
    assert "Import</a>" in office.get("/leads/").content.decode()


def test_a_file_of_nobody_new_has_nothing_to_confirm(office, alice):
    batch = check(office, f"phone\n{ALICE}\n")
    page = text_of(office, batch)
    assert "There is nothing to import" in page
    assert "/confirm/" not in page
