"""Leads leave as a file: only to who may, only what they may see, and written down."""

import csv
import io
import re
import tracemalloc
from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import limits
from accounts.models import SecurityEvent
from accounts.models.security_event import Kind
from leads.actions import claim
from leads.models import Lead, LeadEvent, LeadExport
from leads.models.lead_event import EventKind
from leads.transfer import exporting
from leads.transfer.export_file import COLUMNS, plain
from loopin.sql import execute
from tests.cast import ALICE, BOB, CAROL, DAVE
from tests.each import each
from tests.leads.statuses import write

URL = "/leads/export/"
MANY = """
INSERT INTO leads_lead (phone_number, country, source, status, trouble, name, email,
                        consent_version)
SELECT '+9180' || lpad(n::text, 8, '0'), 'IN', 'web', 'new', '', 'आशा राव', 'asha@example.com', ''
FROM generate_series(1, %s) AS n
"""


@pytest.fixture
def desk(sales_manager, browser_of):
    return browser_of(sales_manager)


@pytest.fixture
def full_desk(sales_admin, browser_of):
    return browser_of(sales_admin)


def lead(phone_number, **changes):
    Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
    write(Lead.objects.filter(phone_number=phone_number), **changes)
    return Lead.objects.get(phone_number=phone_number)


def ask(browser, query="", **data):
    response = browser.post(f"{URL}{query}", {"confirmed": "yes", "numbers": "masked", **data})
    assert response.status_code == 302, response.content.decode()
    return LeadExport.objects.latest("pk")


def download(browser, export):
    response = browser.get(f"/leads/exports/{export.pk}/leads.csv")
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def ages(export, **by):
    """As if it had been asked for, and its last rows sent, so much earlier."""
    moment = timezone.now() - timedelta(**by)
    LeadExport.objects.filter(pk=export.pk, active_at__isnull=False).update(active_at=moment)
    LeadExport.objects.filter(pk=export.pk).update(created_at=moment)


def test_the_page_says_how_many_leave_and_in_which_form(desk, full_desk):
    lead(CAROL)
    lead(BOB, status="lost")
    page = desk.get(f"{URL}?status=lost").content.decode()
    assert "1 lead</strong>" in page
    assert "Numbers are masked" in page
    assert "Numbers are masked" not in full_desk.get(URL).content.decode()
    assert 'value="full"' in full_desk.get(URL).content.decode()
    assert 'value="full"' not in page


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


def test_who_may_not_have_full_numbers_gets_masked_ones_whatever_they_send(desk):
    lead(CAROL)
    export = ask(desk, numbers="full")
    assert not export.has_full_numbers
    assert CAROL[-10:] not in download(desk, export).decode().replace(" ", "")


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


def test_an_agent_may_not_export(staff, browser_of):
    lead(CAROL)
    agent = browser_of(staff)
    for response in (agent.get(URL), agent.post(URL, {"confirmed": "yes"})):
        assert response.status_code == 403
        assert "Ask a sales manager" in response.content.decode()
    assert not LeadExport.objects.exists()


def test_somebody_demoted_cannot_fetch_what_they_asked_for(desk, sales_manager):
    lead(CAROL)
    export = ask(desk)
    sales_manager.groups.clear()
    assert desk.get(f"/leads/exports/{export.pk}/leads.csv").status_code == 403


def test_only_leads_that_somebody_may_see_leave(sales_manager, colleague):
    """An agent who may export sees what agents see."""
    claimed, free = lead(BOB), lead(CAROL)
    claim.claim(claimed.pk, actor=colleague)
    sales_manager.session_permissions = ["leads.work_leads", "leads.export_leads"]
    wanted = exporting.Selection("", [claimed.pk, free.pk])
    export = exporting.request_export(wanted, actor=sales_manager)
    content = b"".join(exporting.content(export, actor=sales_manager))
    assert [int(row["id"]) for row in rows_of(content)] == [free.pk]


def test_leads_without_a_person_stay(desk):
    lead(CAROL)
    Lead.objects.forget(user_id=None, phone_number=CAROL)
    lead(BOB)
    assert len(rows_of(download(desk, ask(desk)))) == 1


def test_an_export_is_written_down_everywhere(desk, sales_manager):
    exported = lead(CAROL)
    export = ask(desk)
    download(desk, export)
    event = exported.events.latest("pk")
    assert (event.kind, event.actor) == (EventKind.EXPORTED, sales_manager)
    assert event.data == {"export": export.pk, "masked": True}
    security = SecurityEvent.objects.get(kind=Kind.LEADS_EXPORTED)
    assert (security.user_id, security.data["export"]) == (sales_manager.pk, export.pk)
    export.refresh_from_db()
    assert (export.rows, export.expected_rows, export.creator) == (1, 1, sales_manager)
    assert export.finished_at
    assert not export.stopped_at


def test_a_file_can_be_fetched_once_by_its_creator_within_the_hour(desk, full_desk):
    lead(CAROL)
    export = ask(desk)
    address = f"/leads/exports/{export.pk}/leads.csv"
    assert full_desk.get(address).status_code == 404
    assert full_desk.get(f"/leads/exports/{export.pk}/").status_code == 404
    assert desk.head(address).status_code == 405
    download(desk, export)
    assert desk.get(address).status_code == 410
    late = ask(desk)
    ages(late, minutes=61)
    assert desk.get(f"/leads/exports/{late.pk}/leads.csv").status_code == 410
    assert "expired" in desk.get(f"/leads/exports/{late.pk}/").content.decode()


def test_one_export_of_a_person_runs_at_a_time(desk, sales_manager):
    lead(CAROL)
    first, second = ask(desk), ask(desk)
    started = exporting.start_download(first.pk, actor=sales_manager)
    running = exporting.content(started, actor=sales_manager)
    next(running)
    assert desk.get(f"/leads/exports/{second.pk}/leads.csv").status_code == 409
    refused = desk.post(URL, {"confirmed": "yes"})
    assert refused.status_code == 409
    assert "still running" in refused.content.decode()
    running.close()
    assert download(desk, second)


def test_a_download_whose_server_died_blocks_nobody_for_long(desk, sales_manager):
    lead(CAROL)
    export = exporting.start_download(ask(desk).pk, actor=sales_manager)
    assert desk.post(URL, {"confirmed": "yes"}).status_code == 409
    ages(export, seconds=61)
    assert "interrupted" in desk.get(f"/leads/exports/{export.pk}/").content.decode()
    assert download(desk, ask(desk))


def test_ten_exports_a_day(desk):
    lead(CAROL)
    for _ in range(limits.EXPORTS_TODAY.cap):
        ask(desk)
    response = desk.post(URL, {"confirmed": "yes"})
    assert response.status_code == 429
    assert "tomorrow" in response.content.decode()


def test_nothing_to_export_is_said(desk):
    response = desk.post(URL, {"confirmed": "yes"})
    assert response.status_code == 409
    assert "nothing to export" in response.content.decode()


def test_a_reader_who_goes_away_leaves_an_honest_row(desk, sales_manager, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK", 2)
    for number in (ALICE, BOB, CAROL, DAVE):
        lead(number)
    export = exporting.start_download(ask(desk).pk, actor=sales_manager)
    file = exporting.content(export, actor=sales_manager)
    next(file)
    next(file)
    page = desk.get(f"/leads/exports/{export.pk}/").content.decode()
    assert "2 of about 4 leads" in page
    assert 'hx-trigger="every 1s"' in page
    file.close()
    export.refresh_from_db()
    assert (export.rows, export.finished_at) == (2, None)
    assert export.stopped_at
    assert LeadEvent.objects.filter(kind=EventKind.EXPORTED).count() == 2
    page = desk.get(f"/leads/exports/{export.pk}/").content.decode()
    assert "interrupted" in page
    assert 'hx-trigger="every 1s"' not in page


def test_leads_of_all_pieces_leave_once_and_later_ones_do_not(desk, sales_manager, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK", 2)
    known = [lead(number).pk for number in (ALICE, BOB, CAROL)]
    export = exporting.start_download(ask(desk).pk, actor=sales_manager)
    file = exporting.content(export, actor=sales_manager)
    begun = next(file) + next(file)
    lead(DAVE)
    rows = rows_of(begun + b"".join(file))
    assert [int(row["id"]) for row in rows] == sorted(known, reverse=True)


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


@pytest.mark.django_db(transaction=True)
def test_a_large_file_keeps_memory_flat_and_its_pieces_cost_four_statements(desk, sales_manager):
    execute("SET statement_timeout = '60s'", [])  # what makes the leads is not what is tested
    execute(MANY, [20_000])
    execute("RESET statement_timeout", [])
    export = exporting.start_download(ask(desk).pk, actor=sales_manager)
    assert export.expected_rows == pytest.approx(20_000, rel=0.5)
    file = exporting.content(export, actor=sales_manager)
    size = len(next(file)) + len(next(file))
    tracemalloc.start()
    with CaptureQueriesContext(connection) as captured:
        begun = tracemalloc.get_traced_memory()[0]
        sizes = [len(piece) for piece in file]
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size + sum(sizes) > 3_000_000
    assert len(sizes) == 9
    assert peak - begun < 10_000_000  # all rows at once take 57 MB
    assert len(captured) <= 4 * 9 + 3 + 1  # the last look finds nothing, and the end is noted
    export.refresh_from_db()
    assert export.rows == LeadEvent.objects.filter(kind=EventKind.EXPORTED).count() == 20_000
    assert export.percent == 100


def test_the_desk_offers_exports_to_who_may(rf, sales_manager, staff):
    request = rf.get("/leads/?status=lost&after=x")
    for user, expected in ((sales_manager, True), (staff, False)):
        request.user = user
        html = render_to_string("leads/desk/list.html#bulk_export", request=request)
        assert ('href="/leads/export/?status=lost"' in html) is expected
        assert ('form="bulk"' in html) is expected


def test_an_audited_export_can_be_read_and_not_changed(full_desk, sales_admin, browser_of):
    lead(CAROL)
    export = ask(full_desk)
    for name in ("leadexport", "importbatch"):
        assert full_desk.get(f"/django/admin/leads/{name}/").status_code == 200
    address = f"/django/admin/leads/leadexport/{export.pk}/change/"
    assert full_desk.get(address).status_code == 200
    full_desk.post(address, {"rows": 9})
    export.refresh_from_db()
    assert export.rows == 0
