"""Keys of service accounts: hashed, limited, with scopes, and of no use anywhere else."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import ApiToken, SecurityEvent, ServiceAccount, ServiceAccountKey, User
from accounts.models.hashed_token import hash_token
from accounts.models.service_account import KEY_PREFIX
from loopin.logs.redaction import redact
from tests.each import each

pytestmark = pytest.mark.django_db

ACCOUNT = "/api/service/account"
SCOPES = ["users:read", "leads:read", "leads:write", "webhooks:manage"]


@pytest.fixture
def key(key_of):
    return key_of("users:read")


@pytest.fixture
def answer(api, key):
    """`answer()`: status and code of a call with the key."""

    def call():
        response = api.get(ACCOUNT, token=key)
        return response.status_code, response.json().get("code")

    return call


def test_a_key_says_whose_it_is_and_until_when(api, key_of):
    told = api.get(ACCOUNT, token=key_of("users:read", "leads:read", call_limit=50)).json()["data"]
    assert told["name"] == "events-1"
    assert told["scopes"] == ["users:read", "leads:read"]
    assert told["call_limit"] == 50
    assert told["key_id"] == ServiceAccountKey.objects.get().pk
    assert told["key_expires_at"][:10] == f"{timezone.now() + timedelta(days=90):%Y-%m-%d}"


def test_a_key_is_kept_as_a_hash(key):
    assert key.startswith(KEY_PREFIX)
    assert len(key) == len(KEY_PREFIX) + 43
    row = ServiceAccountKey.objects.get()
    assert row.token_hash == hash_token(key)
    assert key not in str(ServiceAccountKey.objects.values())
    assert key not in str(SecurityEvent.objects.values())


def test_its_use_is_noted_to_the_minute(api, key):
    assert ServiceAccountKey.objects.get().last_used_at is None
    api.get(ACCOUNT, token=key)
    first = ServiceAccountKey.objects.get().last_used_at
    api.get(ACCOUNT, token=key)
    assert ServiceAccountKey.objects.get().last_used_at == first
    ServiceAccountKey.objects.update(last_used_at=first - timedelta(seconds=61))
    api.get(ACCOUNT, token=key)
    assert ServiceAccountKey.objects.get().last_used_at > first - timedelta(seconds=61)


def test_several_keys_let_one_be_exchanged_without_a_pause(api, key, manager):
    account = ServiceAccount.objects.get()
    successor = account.create_key(days=365, actor_id=manager.pk).text
    assert api.get(ACCOUNT, token=key).status_code == 200
    assert api.get(ACCOUNT, token=successor).status_code == 200
    first = account.keys.order_by("pk")[:1]
    assert account.keys.filter(pk__in=first).revoke(actor_id=manager.pk) == 1
    assert api.get(ACCOUNT, token=key).json()["code"] == "invalid_token"
    assert api.get(ACCOUNT, token=successor).status_code == 200


def test_an_expired_key_opens_nothing(answer):
    assert answer() == (200, None)
    now = timezone.now()
    ServiceAccountKey.objects.update(
        created_at=now - timedelta(days=91), expires_at=now - timedelta(seconds=1)
    )
    assert answer() == (401, "invalid_token")


def test_an_account_that_is_switched_off_opens_nothing_until_it_is_on_again(answer):
    User.objects.filter(username="service:events-1").update(is_active=False)
    assert answer() == (401, "invalid_token")
    User.objects.filter(username="service:events-1").update(is_active=True)
    assert answer() == (200, None)


def test_a_deleted_account_takes_its_keys_with_it(answer):
    ServiceAccount.objects.all().delete()
    assert answer() == (401, "invalid_token")


@each(
    "wrong",
    [
        *("", KEY_PREFIX, "loopin_service", KEY_PREFIX + "a" * 43, KEY_PREFIX + "é" * 43),
        *("Bearer", "null", "%00", "' OR 1=1 --", KEY_PREFIX + "A" * 6000),
    ],
)
def test_what_is_no_key_opens_nothing(api, db, wrong):
    response = api.get(ACCOUNT, token=wrong.encode().decode("latin-1"))
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_key_with_a_letter_changed_or_more_opens_nothing(api, key):
    other = "A" if key[-1] != "A" else "B"
    for wrong in (key[:-1] + other, key + "A", key[:-1], key.upper(), key.replace("service_", "")):
        assert api.get(ACCOUNT, token=wrong).status_code == 401


def test_tokens_of_people_and_staff_open_nothing(api, alice, token_of, sales_admin, manager):
    for user in (sales_admin, manager):
        token = ApiToken.objects.create_token(user.pk, name="x", scopes=["leads:read"], days=1)
        assert api.get(ACCOUNT, token=token).json()["code"] == "invalid_token"
    assert api.get(ACCOUNT, token=token_of(alice)).json()["code"] == "invalid_token"
    assert api.get(ACCOUNT).json()["code"] == "not_authenticated"


def test_a_superuser_s_browser_opens_nothing(browser_of, manager):
    assert browser_of(manager).get(ACCOUNT).status_code == 401


@each("path", ["/api/auth/profile", "/api/auth/sessions", "/api/auth/export", "/api/users/me/"])
def test_a_key_is_nothing_where_people_sign_in(api, key_of, path):
    assert api.get(path, token=key_of(*SCOPES)).status_code == 401


def test_all_keys_of_an_account_share_its_limit(api, key_of, manager):
    key = key_of("users:read", call_limit=2)
    successor = ServiceAccount.objects.get().create_key(days=1, actor_id=manager.pk).text
    assert api.get(ACCOUNT, token=key).status_code == 200
    assert api.get(ACCOUNT, token=successor).status_code == 200
    response = api.get(ACCOUNT, token=key)
    assert response.json()["code"] == "rate_limited"
    assert int(response["Retry-After"]) > 500
    assert api.get(ACCOUNT, token=key_of("users:read")).status_code == 200


def test_making_and_revoking_is_written_down_with_who_did_it(key, manager):
    account = ServiceAccount.objects.get()
    account.keys.all().revoke(actor_id=manager.pk)
    assert account.keys.all().revoke(actor_id=manager.pk) == 0
    written = SecurityEvent.objects.filter(user_id=account.pk).order_by("pk")
    key_id = account.keys.get().pk
    assert [(line.kind, line.data) for line in written] == [
        ("service_account_created", {"by": manager.pk, "scopes": ["users:read"]}),
        ("service_key_created", {"by": manager.pk, "key": key_id, "days": 90}),
        ("service_key_revoked", {"by": manager.pk, "key": key_id}),
    ]


def test_the_database_refuses_unknown_scopes_and_more_than_a_year(key, manager):
    account = ServiceAccount.objects.get()
    for days in (0, -1, 366):
        with pytest.raises(IntegrityError), transaction.atomic():
            account.create_key(days=days, actor_id=manager.pk)
    for scopes in ([], ["users:write"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServiceAccount.objects.filter(pk=account.pk).update(scopes=scopes)


@each(
    "change",
    [
        *({"is_staff": True}, {"is_superuser": True}, {"email": "a@example.com"}),
        *({"phone_number": "+919900112233"}, {"claimed_phone_number": "+919900112233"}),
    ],
)
def test_the_database_refuses_every_way_to_sign_in_as_a_service(key, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(username="service:events-1").update(**change)


def test_groups_given_to_its_user_give_a_key_nothing(api, key_of):
    key = key_of("users:read")
    User.objects.get(username="service:events-1").groups.set(Group.objects.all())
    assert api.get("/api/leads/", token=key).json()["code"] == "insufficient_scope"


def test_a_refused_scope_is_written_down(api, key):
    api.get("/api/leads/", token=key)
    line = SecurityEvent.objects.get(kind="service_scope_refused")
    assert line.user_id == ServiceAccount.objects.get().pk
    assert line.data == {"key": ServiceAccountKey.objects.get().pk, "scope": "leads:read"}


@each("words", ["Authorization: Bearer {}", "{}", "key={}", "Unexpected auth - '{}'", '"{}"'])
def test_a_key_does_not_get_into_the_log(key, words):
    assert key not in redact(words.format(key))
    assert key[len(KEY_PREFIX) :] not in redact(words.format(key))
