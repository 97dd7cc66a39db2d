"""What others hear of a request for a code and of what became of the code, through both doors."""

import pytest
from django.db import transaction
from django.test import Client

from accounts import signals
from accounts.models import PendingNumber, RateCounter
from tests.cast import ALICE, BOB, DAVE
from tests.codes import wrong

NETWORK = "192.0.2.1"


@pytest.fixture
def behind_a_proxy(settings):
    settings.TRUSTED_PROXY_COUNT = 1
    settings.IP_COUNTRY_HEADER = "CF-IPCountry"
    return {"CF-IPCountry": "IN", "X-Forwarded-For": NETWORK}


@pytest.fixture(params=["api", "web"])
def door(request, api):
    return request.param


@pytest.fixture
def ask(door, api, sms, db):
    """`ask(number)`: asks for a code to sign up with, through one door."""

    def signup(phone_number=DAVE, headers=None, ip=NETWORK, **fields):
        body = {"phone_number": phone_number, **fields}
        if door == "api":
            return api.post("/api/auth/signup", body, headers=headers or {}, REMOTE_ADDR=ip)
        return Client().post("/signup/", body, headers=headers, REMOTE_ADDR=ip)

    return signup


@pytest.fixture
def type_code(door, api):
    """`type_code(number, code)`: types a code through one door."""

    def verify(phone_number, otp_code):
        if door == "api":
            body = {"phone_number": phone_number, "otp_code": otp_code}
            return api.post("/api/auth/verify-otp", body)
        browser = Client()
        session = browser.session
        name = PendingNumber.objects.remember(phone_number, is_typed=True)
        session["phone_number"] = {name: ""}
        session.save()
        browser.cookies["sessionid"] = session.session_key
        return browser.post("/verify/", {"otp_code": otp_code})

    return verify


def facts(of, *names):
    return {name: of[name] for name in names}


def test_the_signal_of_a_request_carries_its_source_and_country(ask, door, heard, behind_a_proxy):
    requested = heard(signals.code_requested)
    ask(headers=behind_a_proxy)
    assert requested == [
        {
            "recipient": DAVE,
            "purpose": "sign_in",
            "source": door,
            "channel": "sms",
            "ip_country": "IN",
            "is_proven": False,
            "has_profile": False,
        }
    ]


def test_without_a_proxy_the_country_is_unknown(ask, heard):
    requested = heard(signals.code_requested)
    ask(headers={"CF-IPCountry": "IN"})
    assert requested[0]["ip_country"] == ""


def test_logging_in_and_resending_carry_it_too(api, sms, alice, heard, travel, behind_a_proxy):
    requested = heard(signals.code_requested)
    api.post("/api/auth/login", {"phone_number": ALICE}, headers=behind_a_proxy)
    travel(31)
    browser = Client(headers=behind_a_proxy)
    browser.post("/login/", {"phone_number": ALICE})
    travel(61)
    browser.post("/verify/resend/")
    assert [facts(one, "source", "ip_country", "has_profile") for one in requested] == [
        {"source": source, "ip_country": "IN", "has_profile": True}
        for source in ("api", "web", "web")
    ]


def test_codes_for_other_purposes_carry_it_too(
    api, sms, alice, token_of, browser_of, heard, travel, behind_a_proxy
):
    token = token_of(alice)
    browser = browser_of(alice)
    requested = heard(signals.code_requested)
    api.post("/api/auth/account/delete-code", token=token, headers=behind_a_proxy)
    api.post("/api/auth/change-phone", {"phone_number": BOB}, token=token, headers=behind_a_proxy)
    travel(31)
    browser.post("/profile/delete/code/", headers=behind_a_proxy)
    browser.post("/profile/phone/", {"phone_number": DAVE}, headers=behind_a_proxy)
    assert [facts(one, "purpose", "source", "ip_country") for one in requested] == [
        {"purpose": purpose, "source": source, "ip_country": "IN"}
        for source in ("api", "web")
        for purpose in ("delete_account", "change_phone")
    ]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("SMS_PER_IP", 0, "rate_limited"),
        ("SMS_ALLOWED_COUNTRIES", ["AE"], "country_not_allowed"),
        ("SMS_DAILY_BUDGET", 1, "sms_budget_exhausted"),
    ],
)
def test_a_withheld_code_is_announced_with_its_reason(
    ask, door, heard, settings, behind_a_proxy, name, value, reason
):
    if name == "SMS_DAILY_BUDGET":
        ask(BOB, ip="192.0.2.2")
        settings.SMS_DAILY_BUDGET = 1
        ask(BOB[:-1] + "1", ip="192.0.2.2")
    setattr(settings, name, value)
    withheld, requested = heard(signals.code_withheld), heard(signals.code_requested)
    assert ask(headers=behind_a_proxy).status_code in (422, 429, 503)
    told = {"source": door, "channel": "sms", "ip_country": "IN"}
    about = {"recipient": DAVE, "purpose": "sign_in", "is_proven": False, "has_profile": False}
    assert withheld == [told | about | {"reason": reason}]
    assert requested == []


@pytest.mark.django_db(transaction=True)
def test_changes_by_receivers_of_a_withheld_code_are_committed(ask, settings, heard):
    """The request's own transaction is rolled back; what receivers write is not in it."""
    settings.SMS_PER_IP = 0
    in_transaction = []

    def write(**kwargs):
        in_transaction.append(transaction.get_connection().in_atomic_block)
        RateCounter.objects.create(key="heard", count=1, expires_at="2999-01-01T00:00Z")

    signals.code_withheld.connect(write)
    try:
        ask()
    finally:
        signals.code_withheld.disconnect(write)
    assert in_transaction == [True]
    assert RateCounter.objects.filter(key="heard").exists()


def test_a_flood_is_announced_thirty_times_a_network_and_day(ask, heard, settings, travel):
    settings.SMS_PER_IP = 0
    withheld = heard(signals.code_withheld)
    answers = {ask(f"+91987650{n:04d}").status_code for n in range(33)}
    assert (len(withheld), answers) == (30, {429})
    ask(ip="192.0.2.2")
    assert len(withheld) == 31
    travel(24 * 60 * 60 + 1)
    ask()
    assert len(withheld) == 32


def test_other_refusals_are_not_announced(api, sms, alice, heard):
    withheld = heard(signals.code_withheld)
    assert api.post("/api/auth/signup", {"phone_number": ALICE}).status_code == 409
    assert api.post("/api/auth/login", {"phone_number": DAVE}).status_code == 404
    api.post("/api/auth/signup", {"phone_number": DAVE})
    again = api.post("/api/auth/signup", {"phone_number": DAVE})
    assert again.json()["code"] == "resend_too_soon"
    assert withheld == []


def test_an_expired_code_is_announced(ask, type_code, sms, heard, travel):
    expired = heard(signals.code_expired)
    ask()
    travel(601)
    assert type_code(DAVE, sms.last_code(DAVE)).status_code == 400
    assert expired == [{"recipient": DAVE, "purpose": "sign_in"}]


def test_a_guess_at_a_locked_code_is_announced(ask, type_code, sms, heard):
    locked = heard(signals.code_locked)
    ask()
    for _ in range(3):
        type_code(DAVE, wrong(sms.last_code(DAVE)))
    assert locked == []
    assert type_code(DAVE, sms.last_code(DAVE)).status_code == 429
    assert locked == [{"recipient": DAVE, "purpose": "sign_in"}]


@pytest.mark.parametrize(
    ("signal", "code"),
    [(signals.code_expired, "otp_expired"), (signals.code_locked, "otp_attempts_exceeded")],
)
def test_further_guesses_are_announced_ten_times_a_number_and_day(
    api, sms, db, heard, travel, signal, code
):
    told = heard(signal)
    api.post("/api/auth/signup", {"phone_number": DAVE})
    body = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    if signal is signals.code_expired:
        travel(601)
    else:
        body["otp_code"] = wrong(body["otp_code"])
        assert {api.post("/api/auth/verify-otp", body).status_code for _ in range(3)} == {400}
    answers = {api.post("/api/auth/verify-otp", body).json()["code"] for _ in range(12)}
    assert (len(told), answers) == (10, {code})
