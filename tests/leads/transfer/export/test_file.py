"""Which leads stand in the file, and what its cells say."""

import re

import pytest
from django.utils import timezone

from leads.actions import claim
from leads.models import Lead
from leads.transfer.export_file import COLUMNS, plain
from tests.cast import ALICE, BOB, CAROL
from tests.each import each
from tests.leads.transfer.export.steps import URL, ask, download, lead, rows_of


def test_a_masked_file_has_what_the_desk_shows(desk, sales_manager):
    lead(CAROL, name="Asha Rao", email="asha@example.com", status="lost")
    lead(BOB)
    claim.claim(Lead.objects.get(phone_number=BOB).pk, actor=sales_manager)
    content = download(desk, ask(desk))
    bob, carol = rows_of(content)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 3
    assert list(bob) == [name for name in COLUMNS if name != "email"]
    assert carol["number"] == "(+91) ••••• ••678"
    assert carol["name"] == "Asha Rao"
    assert carol["status"] == "Lost"
    assert carol["stage"] == "Code requested"
    assert carol["stopped by"] == "No code typed"
    assert carol["source"] == "Web"
    assert carol["holder"] == ""
    assert bob["holder"] == "hari"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+05:30", bob["created"])
    assert BOB not in content.decode()
    assert "asha@example.com" not in content.decode()


def test_a_full_file_has_numbers_and_addresses(full_desk):
    lead(CAROL, email="asha@example.com", consent_at=timezone.now())
    [row] = rows_of(download(full_desk, ask(full_desk, numbers="full")))
    assert row["number"] == "(+91) 98123 45678"
    assert row["email"] == "asha@example.com"
    assert row["consent"] == "yes"


def test_a_view_is_exported_as_its_address_says(desk):
    lead(CAROL, status="lost")
    lead(BOB)
    export = ask(desk, "?status=lost&sort=nonsense&after=x")
    assert export.query == "status=lost"
    assert [row["status"] for row in rows_of(download(desk, export))] == ["Lost"]


@pytest.mark.parametrize("field", ["ids", "lead"])
def test_chosen_leads_are_exported(desk, field):
    chosen = [lead(number).pk for number in (ALICE, BOB, CAROL)][:2]
    sent = {"ids": f"{chosen[0]},{chosen[1]}"} if field == "ids" else {"lead": chosen}
    page = desk.post(URL, sent)
    assert page.status_code == 200
    assert "2 leads</strong>" in page.content.decode()
    export = ask(desk, ids=",".join(map(str, chosen)))
    assert sorted(int(row["id"]) for row in rows_of(download(desk, export))) == sorted(chosen)


@each("ids", ["", "x", "1,x", "1;2", "-1", "9" * 30, ",", "¹", ",".join(map(str, range(1, 102)))])
def test_a_bad_choice_is_refused_in_words(desk, ids):
    lead(CAROL)
    response = desk.post(URL, {"ids": ids})
    assert response.status_code == 422
    assert "Choose" in response.content.decode()


def test_leads_without_a_person_stay(desk):
    lead(CAROL)
    Lead.objects.forget(user_id=None, phone_number=CAROL)
    lead(BOB)
    assert len(rows_of(download(desk, ask(desk)))) == 1


def test_nothing_to_export_is_said(desk):
    response = desk.post(URL, {"confirmed": "yes"})
    assert response.status_code == 409
    assert "nothing to export" in response.content.decode()


@each(
    "name",
    ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1"],
)
def test_no_cell_is_a_formula(full_desk, name):
    lead(CAROL, name=name, email=name)
    [row] = rows_of(download(full_desk, ask(full_desk, numbers="full")))
    assert row["name"] == row["email"] == f"'{name}"
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in row.values())


def test_harmless_text_stays_as_it_is(desk):
    assert plain("D'Souza") == "D'Souza"
    lead(CAROL, name='आशा "A", राव\n;x')
    [row] = rows_of(download(desk, ask(desk)))
    assert row["name"] == 'आशा "A", राव\n;x'
