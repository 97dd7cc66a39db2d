"""The page of the figures: who sees it, what it says, and what it costs."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leads.actions import claim
from leads.models import RollupState
from tests.cast import BOB
from tests.each import each
from tests.leads.insights.counted import catch_up, request_code, rows, stock_the_desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager_browser(sales_manager, browser_of):
    return browser_of(sales_manager)


def test_agents_are_told_kindly_that_they_may_not(staff, browser_of):
    response = browser_of(staff).get("/leads/insights/")
    assert response.status_code == 403
    assert "Ask a sales manager" in response.content.decode()
    assert 'href="/leads/insights/"' not in response.content.decode()


@pytest.mark.parametrize("query", ["", "?format=csv"])
def test_visitors_are_asked_to_sign_in(client, query):
    assert client.get(f"/leads/insights/{query}").status_code == 302


def test_agents_get_no_file(staff, browser_of):
    assert browser_of(staff).get("/leads/insights/?format=csv").status_code == 403


def test_managers_find_the_way(manager_browser):
    assert 'href="/leads/insights/"' in manager_browser.get("/leads/").content.decode()


@pytest.mark.parametrize("query", ["", "?days=1", "?days=90", "?format=csv"])
def test_the_page_costs_at_most_six_statements(manager_browser, query):
    stock_the_desk()
    RollupState.objects.update(counted_at=timezone.now() - timedelta(minutes=1))
    with CaptureQueriesContext(connection) as captured:
        assert manager_browser.get(f"/leads/insights/{query}").status_code == 200
    control = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
    sent = [one["sql"] for one in captured if not one["sql"].startswith(control)]
    assert len(sent) <= 6, sent


def test_readers_count_again_only_after_some_seconds(figures):
    figures()
    before = RollupState.objects.get().counted_at
    figures()
    assert RollupState.objects.get().counted_at == before
    RollupState.objects.update(counted_at=before - timedelta(seconds=6))
    figures()
    assert RollupState.objects.get().counted_at > before - timedelta(seconds=6)


@each(
    "query, days",
    [
        ("", 30),
        ("?days=1", 1),
        ("?days=7", 7),
        ("?days=90", 90),
        ("?days=x", 30),
        ("?days=12", 30),
        ("?days=" + "9" * 5000, 30),
        ("?first=2026-01-01&last=2026-01-31", 31),
        ("?first=2026-01-01&last=2026-01-01", 1),
        ("?first=2025-01-01&last=2026-12-31", 730),
    ],
)
def test_the_address_says_which_days(figures, query, days):
    assert len(figures(query)["days"].rows) == days


@each(
    "query, words",
    [
        ("?first=2026-02-01&last=2026-01-31", "The first day comes after the last."),
        ("?first=2020-01-01&last=2026-01-31", "Choose at most two years."),
        ("?first=nonsense&last=2026-01-31", "Enter a real date, such as 2026-04-23."),
        ("?first=2026-01-01", "Choose a date."),
        ("?first=%00&last=9999-99-99", "Enter a real date, such as 2026-04-23."),
    ],
)
def test_days_that_make_no_sense_are_explained(manager_browser, query, words):
    response = manager_browser.get(f"/leads/insights/{query}")
    assert response.status_code == 200
    assert words in response.content.decode()


def test_the_file_has_the_numbers_of_the_page(manager_browser, figures, staff):
    staff.first_name = "=HYPERLINK(1)"
    staff.save()
    stock_the_desk()
    claim.claim(request_code(BOB).pk, actor=staff)
    catch_up()
    response = manager_browser.get("/leads/insights/?format=csv&days=7")
    assert response["Content-Type"] == "text/csv"
    assert 'filename="loopin-insights-' in response["Content-Disposition"]
    lines = list(csv.reader(StringIO(response.content.decode())))
    shown = figures("?days=7").values()
    cells = sum(len(row) - 1 for table in shown for row in table.rows)
    assert len(lines) == cells + 1
    assert not any(cell.startswith("=") for line in lines for cell in line)
    [funnel] = [table for table in shown if table.key == "funnel"]
    assert ["Funnel", "Verified", "Leads", str(rows(funnel)["Verified"][0])] in lines


def test_the_page_has_the_numbers_without_a_script(manager_browser):
    stock_the_desk()
    catch_up()
    page = manager_browser.get("/leads/insights/").content.decode()
    assert page.count("<table") == 9  # and no agent did anything
    assert "Nothing happened in these days." in page
    assert page.count("<details open>") == page.count("<canvas") == 8
    assert "Asia/Kolkata" in page
