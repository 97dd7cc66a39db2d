"""Nobody learns who has an account: every door that takes a number or an e-mail address, asked
about somebody known and somebody unknown."""

import pytest
from django.test import Client

from accounts.codes import risk
from accounts.models.phone_otp import Purpose
from tests.accounts.enumeration.comparison import seen
from tests.accounts.enumeration.walker import UNKNOWN, Walker
from tests.answers import document
from tests.cast import ALICE, BOB
from tests.each import each

REPEATS = 12
API_DOORS = {
    "signup": "/api/auth/signup",
    "login": "/api/auth/login",
    "first_signup": "/auth/signup",
    "first_login": "/auth/login",
    "verify_otp": "/api/auth/verify-otp",
    "verify_login": "/api/auth/verify-login",
    "change_phone": "/api/auth/change-phone",
    "verify_change_phone": "/api/auth/verify-change-phone",
    "register": "/api/users/register/",
    "send_phone_otp": "/api/users/send-phone-otp/",
    "send_phone_otp_signed_in": "/api/users/send-phone-otp/",
    "verify_phone_otp": "/api/users/verify-phone-otp/",
    "me": "/api/users/me/",
    "password_reset": "/api/users/password-reset/",
    "password_reset_confirm": "/api/users/password-reset/confirm/",
}
PAGE_DOORS = [name for name in vars(Walker) if name.startswith("page_")]
OF_SERVICES = {"/api/service/users/lookup"}
"""Doors of other systems, which hold a key and may know who has an account."""
OF_EMAIL = {"/api/users/login", "/api/auth/profile", "/api/auth/complete-profile"}
"""Doors that take an e-mail address alone, or one's own number: tests of their own."""


def test_every_operation_that_takes_a_number_or_an_address_is_walked():
    takes = set()
    described = document()
    for path, operations in described["paths"].items():
        for operation in operations.values():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
            fields = described["components"]["schemas"].get(name, {}).get("properties", {})
            if fields.keys() & {"phone_number", "phone", "email"}:
                takes.add(path)
    walked = {path.rstrip("/") for path in API_DOORS.values()}
    assert takes <= walked | {path.rstrip("/") for path in OF_EMAIL | OF_SERVICES}
    assert takes >= {path for path in walked if path.startswith("/api/")}


@pytest.mark.usefixtures("unified")
@pytest.mark.parametrize("known", [ALICE, BOB])
@pytest.mark.parametrize("door", [*API_DOORS, *PAGE_DOORS])
def test_known_and_unknown_numbers_get_the_same_answers(api, travel, sms, door, known):
    answers, messages = {}, {}
    for number in (known, UNKNOWN[known]):
        walker, answers[number] = Walker(api, number), []
        for _ in range(REPEATS):
            answers[number].append(seen(getattr(walker, door)(), number))
            travel(301)
        messages[number] = len(sms.sent_to(number))
    for turn, (one, other) in enumerate(zip(*answers.values(), strict=True)):
        assert one == other, f"request {turn + 1}"
    assert messages[known] == messages[UNKNOWN[known]]


@pytest.mark.usefixtures("unified")
def test_the_answers_end_after_as_many_messages_for_known_and_unknown_numbers(api, travel):
    for number in (ALICE, UNKNOWN[ALICE]):
        walker = Walker(api, number)
        statuses = []
        for _ in range(7):
            statuses.append(walker.login().status_code)
            travel(301)
        assert statuses == [200] * 5 + [429] * 2


@pytest.mark.usefixtures("unified")
@pytest.mark.parametrize("verb", ["signup", "login"])
def test_a_pause_and_the_end_of_the_budget_tell_nobody_who_has_an_account(
    api, settings, travel, verb
):
    settings.SMS_DAILY_BUDGET = 1
    assert Walker(api, "+919811300001").login().status_code == 200
    numbers = (ALICE, UNKNOWN[ALICE])
    spent = [seen(getattr(Walker(api, number), verb)(), number) for number in numbers]
    assert spent[0] == spent[1]
    assert spent[0][0] == 503


@pytest.mark.usefixtures("unified")
def test_known_and_unknown_addresses_get_the_same_answers_to_a_wrong_password(api, staff):
    def api_login(name, ip):
        body = {"email": name, "password": "wrong"}
        return api.post("/api/users/login/", body, REMOTE_ADDR=ip)

    def page(path, field):
        return lambda name, ip: Client(REMOTE_ADDR=ip).post(
            path, {field: name, "password": "wrong"}
        )

    doors = [
        (api_login, "alice@example.com", "nobody@example.com"),
        (page("/login/email/", "email"), "alice@example.com", "nobody@example.com"),
        (page("/staff/login/", "username"), "sam", "nobody"),
    ]
    for place, (door, known, unknown) in enumerate(doors):
        answers = []
        for turn, name in enumerate((known, unknown)):
            ip = f"203.0.113.{place * 2 + turn}"
            answers.append([seen(door(name, ip), name)[:1] for _ in range(REPEATS)])
        assert answers[0] == answers[1]


@each("purpose", list(Purpose))
def test_no_purpose_tells_by_the_length_of_its_codes(unified, purpose):
    known, unknown = (risk.find_risk(number) for number in (ALICE, UNKNOWN[ALICE]))
    assert known.min_length(purpose) == unknown.min_length(purpose)
