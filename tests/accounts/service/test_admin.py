"""Superusers alone make service accounts and keys, and see what they did."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from accounts.models import SecurityEvent, ServiceAccount, ServiceAccountKey
from accounts.models.security_event import Kind
from tests.each import each

pytestmark = pytest.mark.django_db

ACCOUNTS = "/django/admin/accounts/serviceaccount/"
KEYS = "/django/admin/accounts/serviceaccountkey/"
FORM = {
    "name": "events",
    "description": "The events module. Ask Meera.",
    "scopes": ["users:read"],
    "call_limit": "600",
    "is_active": "on",
}


@pytest.fixture
def admin(browser_of, manager):
    return browser_of(manager)


@pytest.fixture
def account(admin):
    assert admin.post(f"{ACCOUNTS}add/", FORM).status_code == 302
    return ServiceAccount.objects.get()


def test_a_superuser_makes_an_account_and_a_key_that_works(admin, account, api, manager):
    assert (account.name, account.scopes) == ("events", ["users:read"])
    page = admin.post(f"{KEYS}add/", {"account": account.pk, "days": "30"})
    [key] = re.findall(r"<code>(loopin_service_[\w-]+)</code>", page.content.decode())
    assert "no-store" in page["Cache-Control"]
    assert api.get("/api/service/account", token=key).status_code == 200
    row = ServiceAccountKey.objects.get()
    assert timedelta(days=29) < row.expires_at - timezone.now() < timedelta(days=31)
    for path in (KEYS, f"{KEYS}{row.pk}/change/", f"{ACCOUNTS}{account.pk}/change/"):
        shown = admin.get(path).content.decode()
        assert key not in shown
        assert row.token_hash not in shown
    assert admin.get(f"{KEYS}?token_hash__startswith=a").status_code in (302, 400)


@each("days", ["0", "366", "", "x", "-1"])
def test_a_key_lives_a_year_at_most(admin, account, days):
    assert admin.post(f"{KEYS}add/", {"account": account.pk, "days": days}).status_code == 200
    assert not ServiceAccountKey.objects.exists()


@each(
    "change",
    [
        *({"name": "ab"}, {"name": "Events"}, {"name": "a:b"}, {"name": ""}, {"scopes": []}),
        *({"scopes": ["users:write"]}, {"call_limit": "0"}, {"call_limit": ""}),
    ],
)
def test_a_broken_rule_makes_no_account(admin, change):
    assert admin.post(f"{ACCOUNTS}add/", FORM | change).status_code == 200
    assert not ServiceAccount.objects.exists()


def test_a_name_is_given_once_and_stays(admin, account):
    assert admin.post(f"{ACCOUNTS}add/", FORM).status_code == 200
    assert ServiceAccount.objects.count() == 1
    admin.post(f"{ACCOUNTS}{account.pk}/change/", FORM | {"name": "payments"})
    assert ServiceAccount.objects.get().name == "events"


def test_scopes_and_the_switch_count_with_the_next_call(admin, account, api, manager):
    key = account.create_key(days=1, actor_id=manager.pk).text
    scopes = ["leads:read", "webhooks:manage"]
    admin.post(f"{ACCOUNTS}{account.pk}/change/", FORM | {"scopes": scopes})
    assert api.get("/api/service/account", token=key).json()["data"]["scopes"] == scopes
    off = {name: value for name, value in FORM.items() if name != "is_active"}
    admin.post(f"{ACCOUNTS}{account.pk}/change/", off)
    assert api.get("/api/service/account", token=key).status_code == 401
    lines = SecurityEvent.objects.filter(kind="service_account_changed").order_by("pk")
    assert [line.data["is_active"] for line in lines] == [True, False]
    assert {line.data["by"] for line in lines} == {manager.pk}


def test_keys_are_revoked_in_the_list(admin, account, api, manager):
    made = account.create_key(days=1, actor_id=manager.pk)
    admin.post(KEYS, {"action": "revoke", "_selected_action": [made.pk]})
    assert api.get("/api/service/account", token=made.text).status_code == 401


def test_the_account_s_page_shows_its_keys_their_use_and_its_events(admin, account, api, manager):
    made = account.create_key(days=1, actor_id=manager.pk)
    api.get("/api/leads", token=made.text)
    page = admin.get(f"{ACCOUNTS}{account.pk}/change/").content.decode()
    assert f"Key {made.pk}: made" in page
    assert "A service account lacked a scope" in page
    assert "leads:read" in page
    assert f"by: {manager.username}" in page
    assert f"serviceaccountkey/add/?account={account.pk}" in page


def test_the_security_log_has_the_name_of_a_service_and_the_id_of_a_person(admin, account, alice):
    SecurityEvent.objects.record(Kind.EXPORTED, user_id=alice.pk)
    page = admin.get("/django/admin/accounts/securityevent/").content.decode()
    assert '<td class="field-who">service:events</td>' in page
    assert f'<td class="field-who">{alice.pk}</td>' in page
    assert alice.username not in page


def test_nobody_else_sees_makes_or_changes_anything(browser_of, sales_admin, account, manager):
    """Not even staff with every permission there is."""
    sales_admin.user_permissions.set(Permission.objects.all())
    browser = browser_of(sales_admin)
    made = account.create_key(days=1, actor_id=manager.pk)
    for method, path, body in (
        *[("get", path, {}) for path in (ACCOUNTS, KEYS, f"{ACCOUNTS}add/", f"{KEYS}add/")],
        *[
            ("get", f"{path}change/", {})
            for path in (f"{ACCOUNTS}{account.pk}/", f"{KEYS}{made.pk}/")
        ],
        ("post", f"{ACCOUNTS}add/", FORM | {"name": "payments"}),
        ("post", f"{ACCOUNTS}{account.pk}/change/", FORM | {"scopes": ["leads:write"]}),
        ("post", f"{KEYS}add/", {"account": account.pk, "days": "1"}),
        ("post", KEYS, {"action": "revoke", "_selected_action": [made.pk]}),
        ("post", f"{ACCOUNTS}{account.pk}/delete/", {"post": "yes"}),
    ):
        assert getattr(browser, method)(path, body).status_code == 403, path
    assert ServiceAccount.objects.get().scopes == ["users:read"]
    assert ServiceAccountKey.objects.get().revoked_at is None


def test_nothing_is_deleted(admin, account):
    assert admin.post(f"{ACCOUNTS}{account.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_list_of_users_leaves_services_out(admin, account):
    assert "service:" not in admin.get("/django/admin/accounts/user/").content.decode()
    for page in ("change", "password"):
        response = admin.get(f"/django/admin/accounts/user/{account.pk}/{page}/")
        assert response.status_code in (302, 404)
