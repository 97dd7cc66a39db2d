"""Access tokens, refresh tokens and sessions, as the documents promise them."""

import time

import jwt
import pytest
from django.conf import settings as configured

from accounts.models import Session
from tests.cast import DAVE
from tests.contract.played import TIME, App
from tests.each import each
from tests.tokens import claims_of

CLAIMS = {
    *("sub", "user_id", "phone_number", "sid", "jti", "typ", "iss", "aud", "iat", "exp"),
}
BEARER = [
    *(("POST", "/complete-profile", {}), ("GET", "/profile", None), ("PATCH", "/profile", {})),
    *(("GET", "/sessions", None), ("DELETE", "/sessions", None), ("GET", "/export", None)),
    ("DELETE", "/sessions/3f0c2a52-6a0e-4f7d-9a53-0a8d2f8f4b11", None),
    *(("POST", "/profile-pictures", None), ("PUT", "/profile-pictures/order", {})),
    ("DELETE", "/profile-pictures/3f0c2a52-6a0e-4f7d-9a53-0a8d2f8f4b11", None),
    *(("POST", "/change-phone", {}), ("POST", "/verify-change-phone", {})),
    *(("DELETE", "/account", {}), ("GET", "/api/users/me/", None), ("PATCH", "/api/users/me/", {})),
    *(("POST", "/api/users/send-email-otp/", {}), ("POST", "/api/users/verify-email-otp/", {})),
]
MINUTE = 60

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["/api/auth", "/auth"])
def app(request, sms):
    return App(sms, request.param)


@pytest.fixture
def signed_in(app):
    return app.sign_in(DAVE)


def aged(token, seconds):
    """The token as it was issued so many seconds earlier."""
    claims = claims_of(token)
    claims |= {name: claims[name] - seconds for name in ("iat", "exp")}
    return jwt.encode(claims, configured.JWT_KEYS[0].signing_key, algorithm="HS256")


@pytest.mark.parametrize("minutes", [30, 5])
def test_a_token_has_exactly_the_documented_claims(app, settings, minutes):
    settings.JWT_ACCESS_TOKEN_EXPIRE_MINUTES = minutes
    data = app.sign_in(DAVE)
    assert jwt.get_unverified_header(app.token) == {"alg": "HS256", "typ": "JWT"}
    claims = claims_of(app.token)
    assert claims.keys() == CLAIMS
    assert claims["sub"] == str(data["user_id"])
    assert claims["user_id"] == data["user_id"]
    assert claims["phone_number"] == DAVE
    assert claims["sid"] == str(Session.objects.get().pk)
    assert claims["exp"] - claims["iat"] == minutes * MINUTE == data["expires_in"]
    assert abs(claims["iat"] - time.time()) < MINUTE


def test_every_token_has_an_identity_of_its_own(app, signed_in):
    renewed = app.play(
        "POST", "/refresh", {"refresh_token": signed_in["refresh_token"]}, has_token=True
    )
    first, second = claims_of(app.token), claims_of(renewed.json()["token"])
    assert first["jti"] != second["jti"]
    assert first["sid"] == second["sid"]


def test_an_expired_token_is_refused_after_ten_seconds_of_leeway(app, signed_in):
    token, lifetime = app.token, configured.JWT_ACCESS_TOKEN_EXPIRE_MINUTES * MINUTE
    app.token = aged(token, lifetime + 5)
    assert app.api.get(f"{app.root}/profile", token=app.token).status_code == 200
    app.token = aged(token, lifetime + 11)
    app.play("GET", "/profile", status=401, code="token_expired")


@each("method, path, body", BEARER)
def test_every_operation_for_somebody_asks_for_a_token(app, signed_in, method, path, body):
    lifetime = configured.JWT_ACCESS_TOKEN_EXPIRE_MINUTES * MINUTE
    good = app.token
    stranger = jwt.encode(claims_of(good), "k" * 64, algorithm="HS256")
    unsigned = jwt.encode(claims_of(good), None, algorithm="none")
    cases = [(None, "not_authenticated"), (aged(good, lifetime + MINUTE), "token_expired")]
    cases += [(bad, "invalid_token") for bad in ("x.y.z", "nonsense", stranger, unsigned)]
    cases.append((signed_in["refresh_token"], "invalid_token"))
    for app.token, code in cases:
        answer = app.play(method, path, body, status=401, code=code)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    Session.objects.all().delete()
    app.token = good
    answer = app.play(method, path, body, status=401, code="invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@each("name", ["refresh_token", "refresh"])
@each("path", ["/refresh", "/api/users/token/refresh/"])
def test_a_refresh_token_is_exchanged_under_both_names(app, name, path):
    data = app.sign_in(DAVE)
    app.token = None
    answer = app.play("POST", path, {name: data["refresh_token"]}, has_token=True).json()
    assert answer["data"]["refresh_token"] == answer["data"]["refresh"] != data["refresh_token"]
    assert answer["data"]["access"] == answer["token"]
    app.token = answer["token"]
    assert app.api.get(f"{app.root}/profile", token=app.token).status_code == 200


def test_a_parent_gives_the_same_successor_until_that_was_used(app, signed_in, travel):
    app.token, parent = None, signed_in["refresh_token"]

    def renew(token, **documented):
        documented = documented or {"has_token": True}
        answer = app.play("POST", "/refresh", {"refresh_token": token}, **documented)
        return answer.json()

    child = renew(parent)["data"]["refresh_token"]
    travel(24 * 60 * MINUTE)
    assert renew(parent)["data"]["refresh_token"] == child
    last = renew(child)
    renew(parent, status=401, code="invalid_token")
    app.token = last["token"]
    app.play("GET", "/profile", status=401, code="invalid_token")
    app.token = None
    renew(last["data"]["refresh_token"], status=401, code="invalid_token")


@each("body", [{}, {"refresh_token": None}, {"refresh": 1}, {"refresh_token": ["x"]}])
def test_a_refresh_without_a_token_breaks_a_rule(app, body):
    app.play("POST", "/refresh", body, status=422, code="validation_error")


@each("token", ["", "x", "a" * 88, "a" * 5000])
def test_an_invented_refresh_token_ends_nothing(app, token):
    app.sign_in(DAVE)
    app.play("POST", "/refresh", {"refresh_token": token}, status=401, code="invalid_token")
    assert app.api.get(f"{app.root}/profile", token=app.token).status_code == 200


def test_a_refresh_token_lives_for_thirty_days_in_all(app, signed_in, travel):
    app.token, day = None, 24 * 60 * MINUTE
    travel(29 * day)
    answer = app.play(
        "POST", "/refresh", {"refresh": signed_in["refresh_token"]}, has_token=True
    ).json()
    travel(day + MINUTE)
    body = {"refresh": answer["data"]["refresh_token"]}
    app.play("POST", "/refresh", body, status=401, code="token_expired")


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(app, travel):
    tokens = []
    for _ in range(4):
        app.token = None
        app.sign_in(DAVE)
        tokens.append(app.token)
        travel(301)
    listed = app.play("GET", "/sessions", data=None).json()["data"]
    assert len(listed) == 4
    assert [claims_of(app.token)["sid"]] == [one["id"] for one in listed if one["is_current"]]
    assert all(TIME(one[name]) for one in listed for name in ("created_at", "last_used_at"))
    gone = claims_of(tokens[0])["sid"]
    app.play("DELETE", f"/sessions/{gone}")
    app.play("DELETE", f"/sessions/{gone}", status=404, code="session_not_found")
    app.play("DELETE", "/sessions/not-an-id", status=404, code="not_found")
    app.play("DELETE", "/sessions")
    assert len(app.play("GET", "/sessions").json()["data"]) == 1
    for app.token in tokens[:3]:
        app.play("GET", "/sessions", status=401, code="invalid_token")


def test_nobody_ends_the_session_of_somebody_else(app, alice, signed_in):
    theirs = Session.objects.start(alice.pk)
    app.play("DELETE", f"/sessions/{theirs}", status=404, code="session_not_found")
    app.play("DELETE", "/sessions")
    assert Session.objects.get(pk=theirs).revoked_at is None


@each("token", [None, "nonsense", "x.y.z"])
def test_logging_out_works_with_any_token_and_without_one(app, token):
    app.token = token
    answer = app.play("POST", "/logout", message="Logged out successfully").json()
    assert (answer["data"], answer["token"]) == (None, None)


def test_logging_out_ends_the_refresh_token_too(app, signed_in):
    app.play("POST", "/logout", message="Logged out successfully")
    app.token = None
    body = {"refresh_token": signed_in["refresh_token"]}
    app.play("POST", "/refresh", body, status=401, code="invalid_token")
