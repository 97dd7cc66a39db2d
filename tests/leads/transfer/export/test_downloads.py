"""How often and how long a file can be fetched, and how it is sent in pieces."""

import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import limits
from leads.models import LeadEvent
from leads.models.lead_event import EventKind
from leads.transfer import exporting
from loopin.sql import execute
from tests.cast import ALICE, BOB, CAROL, DAVE
from tests.leads.transfer.export.steps import URL, ages, ask, download, lead, rows_of

MANY = """
INSERT INTO leads_lead (phone_number, country, source, status, trouble, name, email,
                        consent_version)
SELECT '+9180' || lpad(n::text, 8, '0'), 'IN', 'web', 'new', '', 'आशा राव', 'asha@example.com', ''
FROM generate_series(1, %s) AS n
"""


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
