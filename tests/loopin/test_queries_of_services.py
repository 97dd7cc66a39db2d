"""Statements per request of systems with a service account, BEGIN and COMMIT among them."""

import re

import pytest

from accounts.models import User
from accounts.service.changes import PAGE_SIZE
from leads.models import Lead, WebhookDelivery, WebhookEndpoint
from loopin.web.openapi_document import operations
from tests.cast import ALICE, DAVE

pytestmark = pytest.mark.django_db(transaction=True)

SCOPES = ("users:read", "leads:read", "leads:write", "webhooks:manage")
CHANGES = "/api/service/users/changes"
BATCH = "/api/service/users/batch"

MOST = {
    "GET /api/service/account": 3,
    "POST /api/service/introspect": 3,
    f"GET {CHANGES}": 7,
    "POST /api/service/users/lookup": 6,
    f"POST {BATCH}": 5,
    "GET /api/service/users/#": 5,
    "GET /api/service/webhooks": 3,
    "POST /api/service/webhooks": 8,
    "GET /api/service/webhooks/#": 3,
    "PATCH /api/service/webhooks/#": 7,
    "DELETE /api/service/webhooks/#": 8,
    "POST /api/service/webhooks/#/rotate": 7,
    "POST /api/service/webhooks/#/test": 7,
    "GET /api/service/webhooks/#/deliveries": 4,
    "POST /api/service/webhooks/#/deliveries/#/resend": 5,
    "GET /api/leads": 3,
    "GET /api/leads/#": 4,
    "POST /api/leads/#/claim": 4,
    "POST /api/leads/#/reveal": 10,
    "POST /api/leads/#/note": 9,
    "POST /api/leads/#/call": 10,
    "POST /api/leads/#/status": 9,
    "POST /api/leads/#/follow-up": 8,
    "POST /api/leads/#/called-in": 8,
    "POST /api/leads/#/release": 7,
}
"""Of each two find and count the key. Reading people asks for the people, for what they said of
being contacted, and writes a line; what changes something has a transaction and a locked row."""


@pytest.fixture
def call(api, key_of, statements):
    """`call("GET", path)`: what it answered, at no higher cost than it may have.

    `more`: what this call may cost beyond.
    """
    key = key_of(*SCOPES)

    def ask(method, path, body=None, *, status=200, more=0, **query):
        answers = []

        def send():
            answers.append(api.request(method, path, body, token=key, QUERY_STRING=encoded(query)))
            return answers[0]

        count = len(statements(send, status))
        name = f"{method} {re.sub('[0-9]+', '#', path)}"
        assert count <= MOST[name] + more, (name, query)
        return answers[0].json().get("data")

    return ask


def encoded(query):
    return "&".join(f"{name}={value}" for name, value in query.items())


def test_every_operation_for_services_has_its_number(client):
    described = client.get("/api/openapi.json").json()
    for_services = {
        f"{method.upper()} {re.sub('{[a-z_]+}', '#', path)}"
        for path, method, operation in operations(described)
        if {"ServiceKey": []} in operation["security"]
    }
    assert MOST.keys() == for_services


def test_whose_a_key_or_a_token_is(call, alice, token_of):
    call("GET", "/api/service/account")
    call("POST", "/api/service/introspect", {"token": token_of(alice)})
    call("POST", "/api/service/introspect", {"token": "x"})


def test_people(call, alice):
    call("GET", f"/api/service/users/{alice.pk}")
    call("GET", "/api/service/users/999999", status=404)
    call("POST", "/api/service/users/lookup", {"phone_number": ALICE})
    call("POST", "/api/service/users/lookup", {"phone_number": DAVE}, status=404)


def test_many_people_cost_what_one_does(call, alice):
    numbers = [f"+9198{i:08}" for i in range(PAGE_SIZE)]
    people = [User(username=f"p{n}", phone_number=n, is_verified=True) for n in numbers]
    made = User.objects.bulk_create(people)
    call("POST", BATCH, {"ids": [user.pk for user in made]})
    page = call("GET", CHANGES)
    while page["has_more"]:
        assert page["users"]
        page = call("GET", CHANGES, after=page["next"])
    for user in made:
        user.change_email(f"p{user.pk}@example.com")
        user.save()
    assert len(call("GET", CHANGES, after=page["next"])["users"]) > 1


def test_webhooks(call):
    webhooks = "/api/service/webhooks"
    body = {"url": "http://127.0.0.1:9/", "event_types": ["user.deleted"]}
    call("POST", webhooks, body, status=201)
    one = f"{webhooks}/{WebhookEndpoint.objects.get().pk}"
    call("GET", webhooks)
    call("GET", one)
    call("PATCH", one, {"is_active": False})
    call("POST", f"{one}/rotate")
    call("POST", f"{one}/test", status=202)
    call("GET", f"{one}/deliveries")
    resend = f"{one}/deliveries/{WebhookDelivery.objects.get().pk}/resend"
    call("POST", resend, status=202)
    call("DELETE", one)


def test_leads(call, carol):
    lead = Lead.objects.get(phone_number=carol)
    Lead.objects.update(consent_at=lead.created_at)
    one = f"/api/leads/{lead.pk}"
    call("GET", "/api/leads")
    call("GET", "/api/leads", q="5678", more=4)  # it is counted in a transaction
    call("GET", "/api/leads", q=carol.replace("+", "%2B"), more=5)
    call("GET", one)
    call("POST", f"{one}/claim")
    call("POST", f"{one}/reveal")
    call("POST", f"{one}/note", {"text": "Rang twice."})
    call("POST", f"{one}/call", {"outcome": "no_answer", "note": "Rang twice."})
    call("POST", f"{one}/follow-up", {"at": None})
    call("POST", f"{one}/called-in", {"text": "Asks for a call."})
    call("POST", f"{one}/status", {"status": "lost"})
    call("POST", f"{one}/release")
    call("GET", one)
