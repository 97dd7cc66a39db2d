"""A token whose signature was verified before is refused whenever it would be refused anew."""

import datetime
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import jwt
import pytest

from accounts.errors import InvalidToken
from accounts.models import Session, User
from accounts.sessions import access_tokens
from loopin.config.token_keys import secret_key
from tests.accounts.conftest import refused, refused_with
from tests.each import each
from tests.tokens import claims_of

URL = "/api/auth/profile"
SECRET, OTHER = "a-key-of-at-least-32-bytes-00000000", "another-key-of-at-least-32-bytes-00"


@pytest.fixture
def remembered(api, alice, token_of):
    """A token that was accepted twice."""
    token = token_of(alice)
    for _ in range(2):
        assert api.get(URL, token=token).status_code == 200
    return token


@pytest.fixture
def later(monkeypatch):
    """`later(60)`: the clock by which tokens are read is 60 seconds ahead."""

    def ahead(seconds):
        now = time.time() + seconds
        clock = SimpleNamespace(time=lambda: now)
        monkeypatch.setattr("accounts.sessions.access_tokens.time", clock)

        class Later(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return cls.fromtimestamp(now, tz)

        monkeypatch.setattr("jwt.api_jwt.datetime", Later)

    return ahead


def kept():
    return access_tokens._verify_once.cache_info().currsize


def sign(key=SECRET, **changes):
    now = int(time.time())
    who = {"sub": "4", "sid": str(uuid4()), "jti": "1", "typ": "access"}
    claims = who | {"iss": "loopin", "aud": "loopin-api", "iat": now, "exp": now + 60}
    return jwt.encode(claims | changes, key, "HS256")


def test_a_revoked_session_is_refused_at_once(api, remembered):
    Session.objects.all().revoke()
    refused_with(api.get(URL, token=remembered), 401, "invalid_token")


def test_a_deactivated_account_is_refused_at_once(api, remembered, alice):
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert refused(api.get(URL, token=remembered)) == (403, "account_inactive")


@each("seconds, expected", [(29 * 60, 200), (30 * 60 + 5, 200), (30 * 60 + 11, 401)])
def test_it_expires_with_the_same_leeway(api, remembered, later, seconds, expected):
    later(seconds)
    response = api.get(URL, token=remembered)
    assert response.status_code == expected
    assert expected == 200 or response.json()["code"] == "token_expired"


def test_it_goes_with_the_key_that_verified_it(settings, api, remembered):
    [key] = settings.JWT_KEYS
    settings.JWT_KEYS = [secret_key("b", OTHER, ("HS256",))]
    refused_with(api.get(URL, token=remembered), 401, "invalid_token")
    settings.JWT_KEYS = [secret_key("b", OTHER, ("HS256",)), key]
    assert api.get(URL, token=remembered).status_code == 200


def test_another_key_of_the_same_name_does_not_accept_it(settings, api, remembered):
    settings.JWT_KEYS = [secret_key("", OTHER, ("HS256",))]
    refused_with(api.get(URL, token=remembered), 401, "invalid_token")


def test_what_differs_in_one_character_is_another_token(api, remembered):
    header, claims, signature = remembered.split(".")
    none = jwt.encode(claims_of(remembered), None, "none")
    for other in (f"{header}.{claims}.A{signature[1:]}", f"{none.rpartition('.')[0]}.{signature}"):
        refused_with(api.get(URL, token=other), 401, "invalid_token")


@each("changes", [{"typ": "refresh"}, {"key": OTHER}, {"exp": 1}, {"sid": "1"}, {"aud": "other"}])
def test_nothing_is_kept_of_a_token_that_is_refused(settings, changes):
    settings.JWT_KEYS = [secret_key("", SECRET, ("HS256",))]
    before = kept()
    token = sign(**changes)
    for _ in range(2):
        with pytest.raises(InvalidToken):
            access_tokens.read(token)
    assert kept() == before


def test_a_flood_of_genuine_tokens_takes_so_much_memory_and_no_more(settings):
    settings.JWT_KEYS = [secret_key("", SECRET, ("HS256",))]
    first = sign()
    for token in [first, *(sign() for _ in range(access_tokens.REMEMBERED + 10))]:
        access_tokens.read(token)
    assert kept() == access_tokens.REMEMBERED
    assert access_tokens.read(first).expires_at > time.time()  # forgotten, and verified anew


def test_threads_share_what_is_remembered(settings):
    settings.JWT_KEYS = [secret_key("", SECRET, ("HS256",))]
    tokens = [sign() for _ in range(20)]
    sessions = [claims_of(token)["sid"] for token in tokens]
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(access_tokens.read, tokens * 20))
    assert [str(one.session_id) for one in read] == sessions * 20
