"""A service learns at once whether somebody's token still counts."""

import time

import jwt
import pytest

from accounts.models import Session, User
from accounts.sessions import access_tokens
from loopin.config.key_pairs import generate_pem
from loopin.config.token_keys import read_private_keys
from tests.cast import DAVE
from tests.each import each
from tests.tokens import claims_of

pytestmark = pytest.mark.django_db

URL = "/api/service/introspect"
INACTIVE = dict.fromkeys(["sub", "user_id", "sid", "token_type", "iss", "aud", "exp"])


@pytest.fixture
def introspect(api, key_of):
    """`introspect(token)`: what a service is told of it."""
    key = key_of("users:read")

    def ask(token):
        answer = api.post(URL, {"token": token}, token=key)
        assert answer.status_code == 200, answer.content
        return answer.json()["data"]

    return ask


def test_a_live_token_says_whose_it_is_and_until_when(introspect, alice, token_of):
    token = token_of(alice)
    claims = claims_of(token)
    assert introspect(token) == {
        "active": True,
        "sub": str(alice.pk),
        "user_id": alice.pk,
        "sid": str(Session.objects.get().pk),
        "token_type": "Bearer",
        "iss": "loopin",
        "aud": "loopin-api",
        "exp": claims["exp"],
    }


def test_a_token_that_is_signed_with_a_pair_is_known_too(introspect, settings, alice, token_of):
    settings.JWT_KEYS = read_private_keys(generate_pem("ES256"))
    assert introspect(token_of(alice))["active"] is True


def test_an_ended_session_is_told_at_once(introspect, api, alice, token_of):
    token = token_of(alice)
    api.post("/api/auth/logout", token=token)
    assert introspect(token) == INACTIVE | {"active": False}


def test_a_deactivated_account_is_told_at_once(introspect, alice, token_of):
    token = token_of(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert introspect(token)["active"] is False


def test_an_expired_token_does_not_count(introspect, settings, alice, token_of):
    settings.JWT_ACCESS_TOKEN_EXPIRE_MINUTES = -1
    assert introspect(token_of(alice))["active"] is False


def test_a_session_that_is_over_does_not_count(introspect, alice, token_of, travel):
    token = token_of(alice)
    travel(31 * 24 * 3600)
    assert introspect(token)["active"] is False


@each(
    "token",
    ["", "a.b.c", "null", "é.é.é", "x" * 100_000, "." * 50_000, "loopin_service_x", "\x00", "eyJ."],
)
def test_what_is_no_token_is_no_error(introspect, token):
    assert introspect(token) == INACTIVE | {"active": False}


def test_a_forged_token_is_told_like_any_other(introspect, alice, token_of):
    genuine = token_of(alice)
    claims = claims_of(genuine)
    forged = jwt.encode(claims | {"exp": int(time.time()) + 60}, "k" * 40)
    unsigned = jwt.encode(claims, None, "none")
    assert introspect(forged) == introspect(unsigned) == INACTIVE | {"active": False}


def test_a_service_s_own_key_and_a_refresh_token_are_no_access_tokens(introspect, key_of, api, sms):
    assert introspect(key_of("users:read"))["active"] is False
    api.post("/api/auth/signup", {"phone_number": DAVE})
    code = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    signed_in = api.post("/api/auth/verify-otp", code).json()
    assert introspect(signed_in["token"])["active"] is True
    assert introspect(signed_in["data"]["refresh_token"])["active"] is False


@each("token", [None, 7, ["a"], {}])
def test_a_token_is_a_string(api, key_of, token):
    answer = api.post(URL, {"token": token}, token=key_of("users:read"))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "token"


def test_it_takes_a_key_with_the_scope(api, key_of, alice, token_of):
    body = {"token": token_of(alice)}
    assert api.post(URL, body).status_code == 401
    assert api.post(URL, body, token=body["token"]).json()["code"] == "invalid_token"
    refused = api.post(URL, body, token=key_of("leads:read"))
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")


def test_the_calls_of_an_account_are_limited(api, key_of):
    key = key_of("users:read", call_limit=2)
    statuses = [api.post(URL, {"token": "x"}, token=key).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_it_costs_one_statement_beside_the_two_of_the_key(
    introspect, alice, token_of, django_assert_max_num_queries
):
    token = token_of(alice)
    with django_assert_max_num_queries(3):
        introspect(token)
    with django_assert_max_num_queries(2):
        introspect("a.b.c")


def test_the_token_is_in_no_log(introspect, alice, token_of, caplog):
    token = token_of(alice)
    introspect(token)
    assert token not in caplog.text


def test_it_says_what_the_api_itself_would(introspect, api, alice, token_of, settings):
    leeway = access_tokens.LEEWAY_SECONDS
    settings.JWT_ACCESS_TOKEN_EXPIRE_MINUTES = 0
    token = token_of(alice)
    assert leeway > 0
    assert introspect(token)["active"] is True
    assert api.get("/api/auth/profile", token=token).status_code == 200
