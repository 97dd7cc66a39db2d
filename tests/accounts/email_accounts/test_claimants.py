"""A number that several accounts claim goes to the one whose owner typed the code, or to none."""

import pytest
from django.core import signing

from accounts.models import User
from accounts.sessions import known_devices
from tests.accounts.conftest import ESHA, PASSWORD, Users, refused
from tests.api import Api
from tests.cast import BOB, DAVE
from tests.each import each

MALLORY = {"email": "mallory@example.com"}
THIRD = {"email": "third@example.com"}
REGISTRANT = "registrant"


@pytest.fixture
def app(db):
    """`app()`: another device, which keeps cookies."""
    return lambda: Users(Api())


@pytest.fixture
def mallory(app):
    return app()


@pytest.fixture
def victim(app):
    return app()


def verify(users, sms, token=None, phone=DAVE, **headers):
    users.post("send-phone-otp", {"phone": phone}, token)
    code = {"phone": phone, "otp": sms.last_code(phone)}
    return users.api.post("/api/users/verify-phone-otp/", code, token=token, headers=headers)


def without_cookies(users):
    users.api.client.cookies.clear()
    return users


def owner_of(phone):
    found = User.objects.filter(phone_number=phone).first()
    return found and found.email


def lose_claims(*emails):
    return not User.objects.filter(email__in=emails).exclude(claimed_phone_number="").exists()


@pytest.mark.parametrize("is_mallory_first", [True, False])
@pytest.mark.parametrize("asks", ["nobody", "mallory"])
def test_the_documented_flow_works_though_a_stranger_claims_the_number(
    mallory, victim, sms, travel, is_mallory_first, asks
):
    """Register, ask, type: without a token, whoever registered first, and whoever asked first."""
    if is_mallory_first:
        mallory.register(**MALLORY)
    token = victim.register().json()["token"]
    if not is_mallory_first:
        mallory.register(**MALLORY)
    if asks == "mallory":
        mallory.post("send-phone-otp", {"phone": DAVE})
        travel(61)
    response = verify(victim, sms)
    assert response.status_code == 200
    assert response.json()["data"]["phone_verified"] is True
    assert victim.me(token)["phone_verified"] is True
    assert owner_of(DAVE) == ESHA["email"]
    assert lose_claims(MALLORY["email"])


def test_logging_in_tells_whose_the_app_is_as_well(mallory, victim, app, sms):
    victim.register()
    mallory.register(**MALLORY)
    other_phone = app()
    other_phone.log_in()
    assert verify(other_phone, sms).status_code == 200
    assert owner_of(DAVE) == ESHA["email"]


def test_a_device_token_tells_it_where_no_cookies_are_kept(mallory, victim, sms):
    mallory.register(**MALLORY)
    device_token = victim.register().json()["data"]["device_token"]
    headers = {known_devices.HEADER: device_token}
    assert verify(without_cookies(victim), sms, **headers).status_code == 200
    assert owner_of(DAVE) == ESHA["email"]


def test_with_nothing_that_tells_it_nobody_gets_the_number_and_the_code_stays_good(
    mallory, victim, sms
):
    mallory.register(**MALLORY)
    token = victim.register().json()["token"]
    answer = verify(without_cookies(victim), sms)
    assert refused(answer) == (401, "not_authenticated")
    assert "Authorization: Bearer" in answer.json()["message"]
    assert owner_of(DAVE) is None
    code = {"phone": DAVE, "otp": sms.last_code(DAVE)}
    assert victim.post("verify-phone-otp", code, token).status_code == 200
    assert owner_of(DAVE) == ESHA["email"]


FORGED = {
    "nonsense": lambda: "nonsense",
    "another_key": lambda: signing.dumps([1, 0, "x"], key="other", salt=known_devices.SALT),
    "another_salt": lambda: signing.dumps([1, 0, "x"], salt="other"),
}


@each("forge", FORGED)
@pytest.mark.parametrize("place", ["cookie", "header"])
def test_what_is_not_ours_tells_nothing(mallory, victim, sms, place, forge):
    mallory.register(**MALLORY)
    victim.register()
    headers = {known_devices.HEADER: forge()} if place == "header" else {}
    without_cookies(victim)
    if place == "cookie":
        victim.api.client.cookies[REGISTRANT] = forge()
    assert refused(verify(victim, sms, **headers)) == (401, "not_authenticated")
    assert owner_of(DAVE) is None


def test_a_proof_that_was_revoked_tells_nothing(mallory, victim, sms):
    mallory.register(**MALLORY)
    victim.register()
    User.objects.revoke_devices(User.objects.get(email=ESHA["email"]).pk)
    assert refused(verify(victim, sms)) == (401, "not_authenticated")


def test_the_proof_of_an_account_that_does_not_claim_the_number_tells_nothing(
    mallory, victim, app, sms
):
    mallory.register(**MALLORY)
    victim.register()
    stranger = app()
    stranger.register(**THIRD, phone=BOB)
    assert refused(verify(stranger, sms)) == (401, "not_authenticated")


def test_two_proofs_of_two_claimants_tell_nothing(mallory, victim, sms):
    stolen = mallory.register(**MALLORY).json()["data"]["device_token"]
    victim.register()
    headers = {known_devices.HEADER: stolen}
    assert refused(verify(victim, sms, **headers)) == (401, "not_authenticated")


def test_a_stranger_s_proofs_are_worth_nothing_without_the_code(mallory, victim, sms):
    mallory.register(**MALLORY)
    victim.register()
    mallory.post("send-phone-otp", {"phone": DAVE})
    wrong = f"{(int(sms.last_code(DAVE)) + 1) % 10**6:06d}"
    guess = mallory.post("verify-phone-otp", {"phone": DAVE, "otp": wrong})
    assert refused(guess) == (400, "otp_invalid")
    assert verify_with_last_code(victim, sms).status_code == 200
    assert owner_of(DAVE) == ESHA["email"]


def verify_with_last_code(users, sms):
    return users.post("verify-phone-otp", {"phone": DAVE, "otp": sms.last_code(DAVE)})


def test_a_deactivated_account_claims_nothing(mallory, victim, sms):
    mallory.register(**MALLORY)
    victim.register()
    User.objects.filter(email=MALLORY["email"]).update(is_active=False)
    assert verify(without_cookies(victim), sms).status_code == 200
    assert owner_of(DAVE) == ESHA["email"]


def test_the_cookie_signs_nobody_in(victim, mallory, sms):
    response = victim.register()
    cookie = response.cookies[REGISTRANT]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["max-age"] == 24 * 60 * 60
    assert victim.api.get("/api/users/me/").status_code == 401
    assert victim.api.get("/api/auth/profile").status_code == 401
    wrong = victim.log_in(password=PASSWORD + "x")
    assert refused(wrong) == (401, "invalid_credentials")
    assert REGISTRANT not in wrong.cookies


@each("name", ["refresh", "refresh_token"])
@pytest.mark.parametrize("path", ["/api/auth/refresh", "/api/users/token/refresh/"])
@pytest.mark.parametrize("came", ["register", "login"])
def test_a_refresh_token_has_both_names_wherever_it_is_given_or_taken(victim, came, path, name):
    answer = victim.register()
    if came == "login":
        answer = victim.log_in()
    for _ in range(2):
        data = answer.json()["data"]
        assert data["refresh"] == data["refresh_token"]
        assert data["access"] == answer.json()["token"]
        answer = victim.api.post(path, {name: data[name]})
        assert answer.status_code == 200


@each("body", [{}, {"refresh": None}, {"refresh_token": None}])
@pytest.mark.parametrize("path", ["/api/auth/refresh", "/api/users/token/refresh/"])
def test_no_refresh_token_at_all_is_a_missing_field(api, db, path, body):
    response = api.post(path, body)
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == ["refresh_token"]
    assert [error["code"] for error in response.json()["errors"]] == ["required"]


def test_a_refresh_token_of_another_type_is_refused_by_its_name(api, db):
    response = api.post("/api/auth/refresh", {"refresh": 5, "refresh_token": "x"})
    assert response.json()["errors"][0]["field"] == "refresh"
