import pytest
from django.utils import timezone

from leads.models import Lead


@pytest.fixture
def lead(carol) -> Lead:
    """Carol's, who agreed to be contacted."""
    Lead.objects.update(consent_at=timezone.now(), consent_version="2026-11")
    return Lead.objects.get(phone_number=carol)


@pytest.fixture
def desk(staff, browser_of):
    """A sales agent's browser."""
    return browser_of(staff)


HTMX = {"HX-Request": "true"}


@pytest.fixture
def do():
    """`do(browser, lead, "claim", …)`: the form of an action sent, and htmx's answer to it."""

    def send(browser, lead, name, data=None, **headers):
        return browser.post(f"/leads/{lead.pk}/{name}/", data or {}, headers=HTMX | headers)

    return send


@pytest.fixture
def figures(sales_manager, browser_of):
    """`figures("?days=7")`: the tables by their keys, as a manager sees them."""
    browser = browser_of(sales_manager)

    def show(query=""):
        response = browser.get(f"/leads/insights/{query}")
        assert response.status_code == 200
        return {table.key: table for table in response.context["figures"].tables}

    return show
