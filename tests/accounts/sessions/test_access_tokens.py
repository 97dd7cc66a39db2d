"""Tokens that are missing, broken, forged, old or revoked open nothing."""

import datetime
import time
import uuid

import jwt
import pytest
from django.conf import settings

from accounts.models import Session, User
from loopin.config.token_keys import secret_key
from tests.accounts.conftest import refused_with
from tests.each import each
from tests.tokens import claims_of

URL = "/api/auth/profile"
SECRET = settings.JWT_KEYS[0].signing_key


@pytest.fixture
def forge(alice):
    """`forge(exp=…)`: a token like a genuine one but for these claims; `...` leaves one out."""
    session_id = Session.objects.start(alice.pk)

    def make(key=SECRET, algorithm="HS256", **changes):
        now = int(time.time())
        claims = {
            "sub": str(alice.pk),
            "user_id": alice.pk,
            "phone_number": alice.phone_number,
            "sid": str(session_id),
            "jti": "1",
            "typ": "access",
            "iss": "loopin",
            "aud": "loopin-api",
            "iat": now,
            "exp": now + 60,
        } | changes
        return jwt.encode(
            {name: value for name, value in claims.items() if value is not ...}, key, algorithm
        )

    return make


@pytest.fixture
def noon(monkeypatch):
    """The second at which the clock stands by which tokens are read."""

    class Noon(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 11, 30, 12, tzinfo=tz)

    monkeypatch.setattr("jwt.api_jwt.datetime", Noon)
    return int(Noon.now(datetime.UTC).timestamp())


def test_a_genuine_token_is_accepted(api, forge):
    assert api.get(URL, token=forge()).status_code == 200


@each(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Token abc"},
    ],
)
def test_a_request_without_a_token_is_refused(api, db, headers):
    refused_with(api.get(URL, headers=headers), 401, "not_authenticated")


@each("token", ["", "abc", "a.b.c", "é", "null", " ", "x" * 5000])
def test_a_malformed_token_is_refused(api, db, token):
    refused_with(api.get(URL, headers={"Authorization": f"Bearer {token}"}), 401, "invalid_token")


def test_an_expired_token_is_refused(api, forge):
    refused_with(api.get(URL, token=forge(exp=int(time.time()) - 11)), 401, "token_expired")


@each("claim, seconds", [("exp", -9), ("iat", 9), ("iat", 10), ("nbf", 9), ("nbf", 10)])
def test_clocks_may_differ_by_ten_seconds(api, forge, noon, claim, seconds):
    times = {"iat": noon - 60, "exp": noon + 60} | {claim: noon + seconds}
    assert api.get(URL, token=forge(**times)).status_code == 200


@each(
    "claim, seconds, code",
    [
        ("exp", -10, "token_expired"),
        ("exp", -11, "token_expired"),
        ("iat", 11, "invalid_token"),
        ("nbf", 11, "invalid_token"),
    ],
)
def test_clocks_that_differ_by_more_are_wrong(api, forge, noon, claim, seconds, code):
    times = {"iat": noon - 60, "exp": noon + 60} | {claim: noon + seconds}
    refused_with(api.get(URL, token=forge(**times)), 401, code)


def test_an_expired_token_still_names_the_session_to_end(api, forge, noon):
    token = forge(iat=noon - 3600, exp=noon - 1800)
    assert api.post("/api/auth/logout", token=token).status_code == 200
    assert Session.objects.get().revoked_at is not None


@each(
    "changes",
    [
        {"typ": "refresh"},
        {"typ": ...},
        {"aud": "other"},
        {"aud": ...},
        {"iss": "other"},
        {"iss": ...},
        {"exp": ...},
        {"iat": ...},
        {"jti": ...},
        {"sub": ...},
        {"sid": ...},
        {"sid": "1"},
        {"sid": 7},
        {"sid": str(uuid.uuid4())},
        {"key": "another-key-that-is-long-enough-to-sign-with"},
        {"algorithm": "HS512", "key": SECRET * 2},
    ],
)
def test_a_forged_or_incomplete_token_is_refused(api, forge, changes):
    refused_with(api.get(URL, token=forge(**changes)), 401, "invalid_token")


def test_an_unsigned_token_is_refused(api, forge):
    refused_with(api.get(URL, token=forge(key=None, algorithm="none")), 401, "invalid_token")


def test_a_token_of_a_revoked_session_is_refused(api, forge):
    token = forge()
    Session.objects.all().revoke()
    refused_with(api.get(URL, token=token), 401, "invalid_token")


def test_a_token_of_an_expired_session_is_refused(api, forge, travel):
    token = forge()
    travel(30 * 24 * 3600 + 1)
    refused_with(api.get(URL, token=token), 401, "invalid_token")


def test_a_token_of_a_deactivated_account_is_refused(api, forge, alice):
    token = forge()
    User.objects.filter(pk=alice.pk).update(is_active=False)
    response = api.get(URL, token=token)
    assert response.status_code == 403
    assert response.json()["code"] == "account_inactive"


def test_a_login_gives_staff_no_power(api, manager, token_of):
    """Even a token minted for staff opens no page: pages know no Bearer."""
    headers = {"Authorization": f"Bearer {token_of(manager)}"}
    assert api.get("/leads/", headers=headers).status_code == 302
    assert api.get("/django/admin/", headers=headers).status_code == 302


def test_a_token_names_its_session_and_its_user_for_half_an_hour(alice, token_of):
    issued_at = int(time.time())
    token = token_of(alice)
    claims = jwt.decode(token, SECRET, ["HS256"], audience="loopin-api")
    assert issued_at <= claims["iat"] <= issued_at + 60
    assert len(bytes.fromhex(claims.pop("jti"))) == 16
    assert claims == {
        "sub": str(alice.pk),
        "user_id": alice.pk,
        "phone_number": alice.phone_number,
        "sid": str(Session.objects.get().pk),
        "typ": "access",
        "iss": "loopin",
        "aud": "loopin-api",
        "iat": claims["iat"],
        "exp": claims["iat"] + 30 * 60,
    }


NEWER, OLDER = "a-newer-key-of-at-least-32-bytes-000", "an-older-key-of-at-least-32-bytes-00"


def keys(**secrets):
    return [secret_key(key_id, secret, ("HS256",)) for key_id, secret in secrets.items()]


def test_the_newest_key_signs_and_says_which_it_is(settings, api, alice, token_of):
    settings.JWT_KEYS = keys(b=NEWER, a=OLDER)
    token = token_of(alice)
    assert jwt.get_unverified_header(token)["kid"] == "b"
    jwt.decode(token, NEWER, ["HS256"], audience="loopin-api")
    assert api.get(URL, token=token).status_code == 200


def test_tokens_of_an_older_key_count_until_it_is_removed(settings, api, alice, token_of):
    settings.JWT_KEYS = keys(a=OLDER)
    token = token_of(alice)
    settings.JWT_KEYS = keys(b=NEWER, a=OLDER)
    assert api.get(URL, token=token).status_code == 200
    settings.JWT_KEYS = keys(b=NEWER)
    refused_with(api.get(URL, token=token), 401, "invalid_token")


def test_tokens_from_before_the_keys_had_names_count_too(settings, api, alice, token_of):
    token = token_of(alice)
    assert "kid" not in jwt.get_unverified_header(token)
    settings.JWT_KEYS = keys(b=NEWER) + settings.JWT_KEYS
    assert api.get(URL, token=token).status_code == 200
    settings.JWT_KEYS = keys(b=NEWER)
    refused_with(api.get(URL, token=token), 401, "invalid_token")


@each("kid, key", [("a", NEWER), ("b", OLDER), ("c", NEWER), ("", NEWER), (None, NEWER)])
def test_a_key_counts_under_its_own_name_alone(settings, api, forge, kid, key):
    settings.JWT_KEYS = keys(b=NEWER, a=OLDER)
    claims = claims_of(forge())
    headers = None if kid is None else {"kid": kid}
    token = jwt.encode(claims, key, "HS256", headers=headers)
    refused_with(api.get(URL, token=token), 401, "invalid_token")
