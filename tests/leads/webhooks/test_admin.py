"""Admins connect other systems; others of staff do not."""

import pytest
from django.db import connection

from accounts.models import User
from leads.models import Lead, WebhookEndpoint
from leads.models.lead_event import EventKind
from leads.webhooks import rules, signing
from leads.webhooks.public_ips import resolved
from tests.cast import CAROL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(browser_of, sales_admin):
    return browser_of(sales_admin)


ENDPOINTS = "/django/admin/leads/webhookendpoint/"
FORM = {"url": "https://hooks.example/in", "event_types": ["lead.created"], "is_active": "on"}


def test_an_admin_connects_a_system_and_sees_its_secret_once(admin):
    page = admin.post(f"{ENDPOINTS}add/", FORM)
    endpoint = WebhookEndpoint.objects.get()
    secret = signing.secret_of(endpoint.seed)
    assert secret in page.content.decode()
    for address in (ENDPOINTS, f"{ENDPOINTS}{endpoint.pk}/change/"):
        shown = admin.get(address)
        assert shown.status_code == 200
        assert secret not in shown.content.decode()


def test_an_admin_rotates_a_secret(admin, connect):
    endpoint = connect()
    before = endpoint.seed
    page = admin.post(ENDPOINTS, {"action": "rotate", "_selected_action": [endpoint.pk]})
    endpoint.refresh_from_db()
    assert endpoint.previous_seed == before != endpoint.seed
    assert signing.secret_of(endpoint.seed) in page.content.decode()


def test_changing_an_endpoint_leaves_its_place_in_the_timeline(admin, connect, told):
    endpoint = connect()
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    told()
    place = WebhookEndpoint.objects.values_list("lead_position", flat=True).get()
    admin.post(f"{ENDPOINTS}{endpoint.pk}/change/", FORM | {"description": "Reminders"})
    endpoint.refresh_from_db()
    assert endpoint.description == "Reminders"
    assert endpoint.lead_position == place


@pytest.mark.parametrize("url", ["http://hooks.example/", "https://user:pass@hooks.example/"])
def test_production_takes_https_addresses_without_passwords_only(admin, settings, url):
    settings.IS_PRODUCTION = True
    page = admin.post(f"{ENDPOINTS}add/", FORM | {"url": url})
    assert page.status_code == 200
    assert not WebhookEndpoint.objects.exists()


def test_production_takes_no_address_of_our_own_network(admin, settings, monkeypatch):
    """The name is looked up while no transaction is open."""
    settings.IS_PRODUCTION = True
    looked_up = []

    def look_up(host, port):
        looked_up.append((host, connection.in_atomic_block))
        return resolved(host, port)

    monkeypatch.setattr(rules, "resolved", look_up)
    page = admin.post(f"{ENDPOINTS}add/", FORM | {"url": "https://10.0.0.7/hook"})
    assert "This address leads into a network that is not public." in page.content.decode()
    assert looked_up == [("10.0.0.7", False)]
    assert not WebhookEndpoint.objects.exists()


def test_an_admin_sends_deliveries_again(admin, connect, receiver, told):
    connect()
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    [row] = told()
    address = "/django/admin/leads/webhookdelivery/"
    assert admin.get(address).status_code == 200
    admin.post(address, {"action": "replay", "_selected_action": [row.pk]})
    told()
    assert len(receiver.messages) == 2


@pytest.mark.parametrize("role", ["staff", "sales_manager"])
def test_others_of_staff_see_no_webhooks(request, browser_of, role):
    browser = browser_of(request.getfixturevalue(role))
    assert browser.get(ENDPOINTS).status_code == 403
    assert browser.get(f"{ENDPOINTS}add/").status_code == 403
    assert User.objects.count() == 1
