"""The staff API: the desk's rules for programs."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import ApiToken, SecurityEvent, User
from leads.actions import claim as claiming
from leads.models import Lead, LeadEvent
from leads.models.lead_event import EventKind
from tests.accounts.staff import door
from tests.cast import BOB, CAROL
from tests.each import each

pytestmark = pytest.mark.django_db(transaction=True)

BOTH = ["leads:read", "leads:write"]


@pytest.fixture
def api_token():
    """`api_token(user)`: a personal token."""

    def make(user, scopes=BOTH):
        return ApiToken.objects.create_token(user.pk, name="test", scopes=scopes, days=90)

    return make


@pytest.fixture
def lead(db):
    """Carol's, who agreed to be contacted."""
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED, contact_consent=True)
    return Lead.objects.get(phone_number=CAROL)


@pytest.fixture
def as_staff(api, api_token, staff):
    """`as_staff("POST", "/api/leads/1/claim")`: by the agent's token."""
    token = api_token(staff)
    return lambda method, path, body=None: api.request(method, path, body, token=token)


def test_the_list_shows_leads_with_masked_numbers(as_staff, lead):
    answer = as_staff("GET", "/api/leads/").json()
    assert answer["success"] is True
    assert answer["data"]["next"] is None
    [shown] = answer["data"]["leads"]
    assert shown["id"] == lead.pk
    assert shown["phone_number"] == "+91 ••••• ••678"
    assert CAROL not in str(answer)


def test_the_list_takes_the_desk_s_filters_and_pages(as_staff, lead):
    for n in range(60):
        Lead.objects.advance(f"+9198760000{n:02d}", EventKind.CODE_REQUESTED)
    first = as_staff("GET", "/api/leads/").json()["data"]
    second = as_staff("GET", f"/api/leads?after={first['next'].replace('+', '%2B')}").json()["data"]
    ids = [shown["id"] for shown in first["leads"] + second["leads"]]
    assert len(first["leads"]) == 50
    assert len(set(ids)) == len(ids) == 61
    found = as_staff("GET", "/api/leads/?q=98123+45678&status=new&sort=newest").json()["data"]
    assert [shown["id"] for shown in found["leads"]] == [lead.pk]
    assert as_staff("GET", "/api/leads/?created_to=9999-12-31").json()["data"]["leads"]


def test_each_list_is_planned_for_its_own_filters(as_staff, lead):
    for _ in range(3):
        assert as_staff("GET", "/api/leads/?status=new").json()["data"]["leads"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        prepared = [statement for (statement,) in cursor if "leads_lead" in statement]
    assert [one for one in prepared if "ORDER BY" in one and "LIMIT" in one] == []


def test_a_lead_comes_with_its_timeline_in_pages(as_staff, staff, lead):
    claiming.claim(lead.pk, actor=staff)
    for n in range(55):
        as_staff("POST", f"/api/leads/{lead.pk}/note", {"text": f"note {n}"})
    shown = as_staff("GET", f"/api/leads/{lead.pk}").json()["data"]
    assert shown["timeline"][0]["note"] == "note 54"
    assert shown["timeline"][0]["actor"] == {"id": staff.pk, "name": "sam"}
    older = as_staff("GET", f"/api/leads/{lead.pk}?before={shown['next']}").json()["data"]
    kinds = [line["kind"] for line in shown["timeline"] + older["timeline"]]
    assert len(kinds) == LeadEvent.objects.count() == 57
    assert kinds[-1] == "code_requested"
    assert older["next"] is None


def test_an_agent_works_a_lead_from_claim_to_release(as_staff, staff, lead):
    def act(verb, body=None):
        answer = as_staff("POST", f"/api/leads/{lead.pk}/{verb}", body)
        assert answer.status_code == 200, answer.content
        return answer.json()["data"]

    assert act("claim")["owner"] == {"id": staff.pk, "name": "sam"}
    assert act("reveal")["phone_number"] == CAROL
    later = (timezone.now() + timezone.timedelta(days=1)).isoformat()
    called = act("call", {"outcome": "call_back", "call_back_at": later, "note": "after six"})
    assert called["status"] == "follow_up"
    assert act("note", {"text": " kind "})["status"] == "follow_up"
    assert act("follow-up", {"at": None})["follow_up_at"] is None
    assert act("status", {"status": "lost"})["status"] == "lost"
    assert act("release")["owner"] is None
    kinds = LeadEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [
        *("code_requested", "claimed", "revealed", "called"),
        *("noted", "follow_up_set", "status_changed", "released"),
    ]
    assert SecurityEvent.objects.filter(kind="revealed").count() == 1


def refused(answer):
    return answer.status_code, answer.json()["code"]


def test_the_desk_s_refusals_are_the_api_s(as_staff, api, api_token, colleague, lead):
    path = f"/api/leads/{lead.pk}"
    assert refused(as_staff("POST", f"{path}/note", {"text": "x"})) == (409, "not_held")
    assert refused(as_staff("POST", f"{path}/reveal")) == (409, "not_held")
    claiming.claim(lead.pk, actor=colleague)
    assert refused(as_staff("GET", path)) == (404, "lead_not_found")
    assert refused(as_staff("POST", f"{path}/claim")) == (409, "already_held")
    assert as_staff("GET", "/api/leads/").json()["data"]["leads"] == []
    theirs = api_token(colleague)
    illegal = api.post(f"{path}/status", {"status": "converted"}, token=theirs)
    assert refused(illegal) == (409, "illegal_status")
    assert refused(as_staff("GET", f"/api/leads/{2**70}")) == (404, "lead_not_found")
    assert refused(as_staff("POST", f"/api/leads/{2**70}/claim")) == (404, "lead_not_found")


@each(
    "verb, body, field",
    [
        ("note", {"text": "  "}, "text"),
        ("note", {"text": "x" * 2001}, "text"),
        ("note", {"text": "a\0b"}, "text"),
        ("call", {"outcome": "shouted"}, "outcome"),
        ("follow-up", {"at": "2099-01-01T00:00:00Z"}, "at"),
        ("follow-up", {"at": "2026-12-01T00:00:00"}, "at"),
        ("status", {}, "status"),
    ],
)
def test_a_broken_rule_is_told_by_its_field(as_staff, staff, lead, verb, body, field):
    claiming.claim(lead.pk, actor=staff)
    answer = as_staff("POST", f"/api/leads/{lead.pk}/{verb}", body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_staff_without_a_role_may_do_nothing(api, api_token, lead):
    clerk = User.objects.create_user("clerk", password="x", is_staff=True)
    for method, path in (("GET", ""), ("GET", f"{lead.pk}"), ("POST", f"{lead.pk}/claim")):
        answer = api.request(method, f"/api/leads/{path}", token=api_token(clerk))
        assert refused(answer) == (403, "not_permitted")


def test_a_token_does_only_what_its_scopes_say(api, api_token, staff, lead):
    reads, writes = api_token(staff, ["leads:read"]), api_token(staff, ["leads:write"])
    claim = f"/api/leads/{lead.pk}/claim"
    assert refused(api.post(claim, token=reads)) == (403, "insufficient_scope")
    assert refused(api.get("/api/leads/", token=writes)) == (403, "insufficient_scope")
    assert api.get("/api/leads/", token=reads).status_code == 200
    assert api.post(claim, token=writes).status_code == 200


def test_a_customer_s_token_opens_nothing(api, alice, token_of, lead):
    answer = api.get("/api/leads/", token=token_of(alice))
    assert refused(answer) == (401, "invalid_token")


def test_a_staff_token_is_no_customer_s(api, api_token, staff):
    assert api.get("/api/auth/profile", token=api_token(staff)).status_code == 401


def enforcing(browser):
    """The same browser, at a server that checks CSRF as the product does."""
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    strict.cookies = browser.cookies
    return strict


def test_the_browser_s_session_counts_with_its_csrf_token(settings, staff, lead):
    settings.STAFF_REQUIRE_2FA = True
    browser = enforcing(door.enrol(staff)[0])
    assert browser.get("/api/leads/").status_code == 200
    claim = f"/api/leads/{lead.pk}/claim"
    assert refused(browser.post(claim)) == (403, "csrf_failed")
    out_of_date = {"csrfmiddlewaretoken": "f" * 64}  # the API has no forms that come back
    assert refused(browser.post(claim, out_of_date)) == (403, "csrf_failed")
    token = browser.cookies["csrftoken"].value
    assert browser.post(claim, headers={"X-CSRFToken": token}).status_code == 200
    elsewhere = {"X-CSRFToken": token, "Origin": "https://evil.example"}
    assert refused(browser.post(claim, headers=elsewhere)) == (403, "csrf_failed")


def test_a_session_without_its_second_factor_does_not_count(settings, staff, lead):
    settings.STAFF_REQUIRE_2FA = True
    door.enrol(staff)
    browser = enforcing(door.give_password(staff))
    assert refused(browser.get("/api/leads/")) == (401, "not_authenticated")
    assert refused(browser.post(f"/api/leads/{lead.pk}/claim")) == (401, "not_authenticated")


def test_a_wrong_token_beside_a_good_cookie_is_refused(browser_of, staff, lead):
    headers = {"Authorization": "Bearer loopin_nonsense"}
    assert browser_of(staff).get("/api/leads/", headers=headers).status_code == 401


def test_each_token_has_600_calls_in_ten_minutes(api, api_token, staff, lead, travel):
    token = api_token(staff)
    with connection.cursor() as cursor:
        api.get("/api/leads/", token=token)
        cursor.execute(
            "UPDATE accounts_ratecounter SET count = 600 WHERE key LIKE 'staff_api:token:%'"
        )
    answer = api.get("/api/leads/", token=token)
    assert refused(answer) == (429, "rate_limited")
    assert 500 < int(answer["Retry-After"]) <= 600
    assert api.get("/api/leads/", token=api_token(staff)).status_code == 200
    travel(601)
    assert api.get("/api/leads/", token=token).status_code == 200


@pytest.mark.parametrize("path", ["/api/leads/", "/api/leads/?q=carol&status=new&owner=none"])
def test_a_list_is_three_statements(api, api_token, staff, lead, path):
    Lead.objects.update(name="Carol Rao")
    token = api_token(staff)
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as statements:
        assert len(api.get(path, token=token).json()["data"]["leads"]) == 1
    tables = ("accounts_apitoken", "accounts_ratecounter", "leads_lead")
    assert len(statements) == len(tables)
    for statement, table in zip(statements, tables, strict=True):
        assert table in statement["sql"]


def test_a_lead_with_its_timeline_is_four_statements(api, api_token, staff, lead):
    Lead.objects.advance(BOB, EventKind.CODE_REQUESTED)
    token = api_token(staff)
    connection.ensure_connection()
    with CaptureQueriesContext(connection) as statements:
        assert api.get(f"/api/leads/{lead.pk}", token=token).status_code == 200
    assert len(statements) == 4
