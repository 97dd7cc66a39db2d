from datetime import timedelta

import pytest
from django.utils import timezone

from leads.actions import claim, contact
from leads.actions.status import change_status
from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_event import CallOutcome


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


@pytest.fixture
def hindi(browser_of):
    """`hindi(user)`: a browser whose reader chose Hindi."""

    def sign_in(user):
        browser = browser_of(user)
        browser.cookies["django_language"] = "hi"
        return browser

    return sign_in


@pytest.fixture
def busy(lead, staff, sales_manager):
    """Carol's lead, with much in its timeline."""
    claim.claim(lead.pk, actor=staff)
    contact.reveal(lead.pk, actor=staff)
    later = timezone.now() + timedelta(days=2)
    contact.log_call(lead.pk, CallOutcome.CALL_BACK, actor=staff, note="Rang", call_back_at=later)
    change_status(lead.pk, Status.CONTACTED, actor=staff)
    contact.set_follow_up(lead.pk, None, actor=staff)
    claim.assign(lead.pk, staff, actor=sales_manager)
    lead.refresh_from_db()
    return lead
