"""Nobody learns who has an account: every door that takes a number or an e-mail address, asked
about somebody known and somebody unknown."""

import re
from itertools import count

import pytest
from django.test import Client

from accounts.codes import risk
from accounts.models import Session, User
from accounts.models.phone_otp import Purpose
from accounts.sessions import access_tokens
from tests.accounts.conftest import ESHA, PASSWORD
from tests.answers import document
from tests.cast import ALICE, BOB, PROFILE
from tests.each import each

UNKNOWN = {ALICE: "+919811100376", BOB: "+919811200210"}
"""Numbers of nobody, in other blocks."""

VOLATILE_KEYS = {
    *("id", "user_id", "email", "token", "access", "refresh", "device_token"),
    "refresh_token",
    *("created_at", "updated_at"),
}
VOLATILE_HEADERS = {"X-Request-ID", "Content-Length", "ETag", "Expires"}
REPEATS = 12


@pytest.fixture
def unified(settings, sms, alice, bob):
    """Alike answers; Alice is a customer with a password, Bob has proven his number."""
    settings.UNIFIED_SIGNUP = True
    User.objects.filter(pk=alice.pk).update(email="alice@example.com")
    alice.refresh_from_db()
    alice.set_password(PASSWORD)
    alice.save()


def token_for(user):
    session_id = Session.objects.start(user.pk)
    return access_tokens.issue(
        session_id=session_id, user_id=user.pk, phone_number=user.phone_number
    )


class Walker:
    """Somebody who asks about one number, from a network and with accounts of their own."""

    numbers = count(1)

    def __init__(self, api, number):
        self.api, self.number, self.place = api, number, next(self.numbers)
        self.ip = f"198.51.100.{self.place % 250}"
        self.browser = Client(REMOTE_ADDR=self.ip)
        self.calls = count(1)

    def post(self, path, body, token=None):
        return self.api.post(path, body, token=token, REMOTE_ADDR=self.ip)

    def registered(self):
        """A fresh account that has proven no number."""
        name = f"walker-{self.place}-{next(self.calls)}@example.com"
        return User.objects.create(username=name, email=name, claimed_phone_number="")

    def verified(self):
        own = f"+9198220{self.place:03d}{next(self.calls):02d}"
        return User.objects.create(username=own, phone_number=own, is_verified=True)

    # The API, by the operation

    def signup(self):
        return self.post("/api/auth/signup", {"phone_number": self.number})

    def login(self):
        return self.post("/api/auth/login", {"phone_number": self.number})

    def first_signup(self):
        return self.post("/auth/signup", {"phone_number": self.number})

    def first_login(self):
        return self.post("/auth/login", {"phone_number": self.number})

    def verify_otp(self):
        self.signup()
        return self.post("/api/auth/verify-otp", self._wrong("phone_number", "otp_code"))

    def verify_login(self):
        self.login()
        return self.post("/api/auth/verify-login", self._wrong("phone_number", "otp_code"))

    def change_phone(self):
        body, token = {"phone_number": self.number}, token_for(self.verified())
        return self.post("/api/auth/change-phone", body, token)

    def verify_change_phone(self):
        token = token_for(self.verified())
        self.post("/api/auth/change-phone", {"phone_number": self.number}, token)
        body = self._wrong("phone_number", "otp_code", digits=6)
        return self.post("/api/auth/verify-change-phone", body, token)

    def register(self):
        email = f"{self.place}-{next(self.calls)}@example.com"
        return self.post("/api/users/register/", ESHA | {"phone": self.number, "email": email})

    def send_phone_otp(self):
        return self.post("/api/users/send-phone-otp/", {"phone": self.number})

    def send_phone_otp_signed_in(self):
        token = token_for(self.registered())
        return self.post("/api/users/send-phone-otp/", {"phone": self.number}, token)

    def verify_phone_otp(self):
        self.send_phone_otp()
        return self.post("/api/users/verify-phone-otp/", self._wrong("phone", "otp", digits=6))

    def me(self):
        token = token_for(self.registered())
        body = {"phone": self.number}
        return self.api.patch("/api/users/me/", body, token=token, REMOTE_ADDR=self.ip)

    def password_reset(self):
        return self.post("/api/users/password-reset/", {"phone": self.number})

    def password_reset_confirm(self):
        self.password_reset()
        passwords = {"password": PASSWORD, "password_confirm": PASSWORD}
        body = self._wrong("phone", "otp", digits=6) | passwords
        return self.post("/api/users/password-reset/confirm/", body)

    def _wrong(self, number, code, digits=4):
        """No code is ever 0000: a wrong code of the right length, or nearly always."""
        return {number: self.number, code: "0" * digits}

    # The pages

    def page_signup(self):
        return self.browser.post("/signup/", {"phone_number": self.number}, follow=True)

    def page_login(self):
        return self.browser.post("/login/", {"phone_number": self.number}, follow=True)

    def page_resend(self):
        self.browser.post("/login/", {"phone_number": self.number})
        return self.browser.post("/verify/resend/", follow=True)

    def page_forgot_password(self):
        return self.browser.post("/password/forgot/", {"phone_number": self.number}, follow=True)

    def page_confirm_phone(self):
        return self._signed_in_page(self.registered(), "/profile/number/")

    def page_change_phone(self):
        return self._signed_in_page(self.verified(), "/profile/phone/")

    def _signed_in_page(self, user, path):
        browser = Client(REMOTE_ADDR=self.ip)
        browser.force_login(user)
        session = browser.session
        session["session_id"] = str(Session.objects.start(user.pk))
        session.save()
        return browser.post(path, {"phone_number": self.number}, follow=True)


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
"""Doors that take an e-mail address alone, or one's own number: tests of their own below."""


def shape(value, number):
    """An answer without the values that belong to one number, account or moment."""
    if isinstance(value, dict):
        return {
            key: "…" if key in VOLATILE_KEYS and part else shape(part, number)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [shape(part, number) for part in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return round(value / 60)  # seconds, some of which pass
    if isinstance(value, str):
        return re.sub(r"[0-9]+ seconds", "n seconds", value.replace(number, "N"))
    return value


def words(response):
    """What a page says, without what belongs to one number."""
    return re.sub(r"<[^>]*>|[0-9+ \n]+|csrf[^\"]*\"[^\"]*\"", " ", response.content.decode())


def seen(response, number):
    headers = {
        name: re.sub(r"nonce-[^']*", "nonce", value) if name != "Retry-After" else int(value) // 60
        for name, value in response.headers.items()
        if name not in VOLATILE_HEADERS
    }
    cookies = sorted(response.cookies)
    if "json" in response.headers.get("Content-Type", ""):
        return response.status_code, headers, cookies, shape(response.json(), number)
    chain = [(path, status) for path, status in getattr(response, "redirect_chain", [])]
    return response.status_code, headers, cookies, chain, words(response)


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
def test_a_known_device_is_told_apart_and_keeps_its_messages(api, sms, travel):
    walker = Walker(api, ALICE)
    walker.login()
    code = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    proof = api.post("/api/auth/verify-login", code).json()["data"]["device_token"]
    for _ in range(7):
        walker.login()
        travel(301)
    assert walker.login().status_code == 429
    own = {"headers": {"Device-Token": proof}}
    assert api.post("/api/auth/login", {"phone_number": ALICE}, **own).status_code == 200


@pytest.mark.usefixtures("unified")
def test_a_registration_with_somebody_s_number_gets_nothing_of_theirs(api, sms, travel):
    walker = Walker(api, ALICE)
    answer = walker.register()
    token = answer.json()["token"]
    assert answer.json()["data"]["user"]["phone"] == ALICE
    assert answer.json()["data"]["user"]["phone_verified"] is False
    assert api.post("/api/auth/complete-profile", PROFILE, token=token).status_code == 403
    code = {"phone": ALICE, "otp": "000000"}
    assert (
        walker.post("/api/users/verify-phone-otp/", code, token).json()["code"] == "otp_not_found"
    )
    walker.send_phone_otp()
    right = {"phone": ALICE, "otp": sms.last_code(ALICE)}
    taken = walker.post("/api/users/verify-phone-otp/", right, token)
    assert (taken.status_code, taken.json()["code"]) == (409, "phone_taken")  # who has the phone
    assert User.objects.get(phone_number=ALICE).has_profile


@pytest.mark.usefixtures("unified")
def test_only_who_types_its_code_learns_that_a_number_to_move_to_is_taken(api, sms, bob):
    walker, token = Walker(api, ALICE), token_for(bob)
    sent = walker.post("/api/auth/change-phone", {"phone_number": ALICE}, token)
    assert sent.status_code == 200
    body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
    answer = walker.post("/api/auth/verify-change-phone", body, token)
    assert (answer.status_code, answer.json()["code"]) == (409, "phone_taken")
    own = walker.post("/api/auth/change-phone", {"phone_number": BOB}, token)
    assert (own.status_code, own.json()["code"]) == (409, "phone_taken")


# Passwords


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


# Without alike answers


def login(walker, number):
    return walker.post("/api/auth/login", {"phone_number": number})


def signup(walker, number):
    return walker.post("/api/auth/signup", {"phone_number": number})


def register(walker, number):
    email = f"{next(walker.calls)}-{walker.place}@example.com"
    return walker.post("/api/users/register/", ESHA | {"phone": number, "email": email})


def register_email(walker, number):
    email = "alice@example.com" if number == ALICE else f"{next(walker.calls)}@example.net"
    return walker.post("/api/users/register/", ESHA | {"phone": BOB, "email": email})


def send_phone_otp(walker, number):
    return walker.post("/api/users/send-phone-otp/", {"phone": number})


def change_phone(walker, number):
    return walker.post("/api/auth/change-phone", {"phone_number": number}, walker.token)


def me_phone(walker, number):
    body = {"phone": number}
    token = walker.unproven_token
    return walker.api.patch("/api/users/me/", body, token=token, REMOTE_ADDR=walker.ip)


def me_email(walker, number):
    body = {"email": "alice@example.com" if number == ALICE else "free@example.com"}
    token = walker.unproven_token
    return walker.api.patch("/api/users/me/", body, token=token, REMOTE_ADDR=walker.ip)


def profile_email(walker, number):
    body = {"email": "alice@example.com" if number == ALICE else "free@example.com"}
    return walker.api.patch("/api/auth/profile", body, token=walker.token, REMOTE_ADDR=walker.ip)


CHECKS = [
    *(login, signup, register, register_email, send_phone_otp),
    *(change_phone, me_phone, me_email, profile_email),
]


@pytest.mark.parametrize("check", CHECKS)
def test_thirty_checks_in_a_row_are_refused(api, unified, settings, check):
    """And once they are, what is known is refused as what is not."""
    settings.UNIFIED_SIGNUP = False
    walker = Walker(api, ALICE)
    walker.token = token_for(walker.verified())
    walker.unproven_token = token_for(walker.registered())
    for turn in range(30):
        check(walker, f"+9198{turn:03d}00000")
    assert {check(walker, number).status_code for number in (ALICE, UNKNOWN[ALICE])} == {429}


def test_checks_of_one_account_from_many_networks_are_refused(api, unified, settings):
    settings.UNIFIED_SIGNUP = False
    token = token_for(User.objects.create(username="x", email="x@example.com"))
    statuses = set()
    for turn in range(30):
        body, ip = {"phone": f"+9198330{turn:05d}"}, f"203.0.113.{turn}"
        answer = api.patch("/api/users/me/", body, token=token, REMOTE_ADDR=ip)
        statuses.add(answer.status_code)
    assert statuses == {200, 429}


def test_a_fresh_installation_answers_as_the_contract_says(api, sms, alice):
    walker = Walker(api, ALICE)
    assert walker.signup().json()["code"] == "user_exists"
    assert login(walker, UNKNOWN[ALICE]).json()["code"] == "user_not_found"
    assert walker.register().json()["code"] == "phone_taken"


@each("purpose", list(Purpose))
def test_no_purpose_tells_by_the_length_of_its_codes(unified, purpose):
    known, unknown = (risk.find_risk(number) for number in (ALICE, UNKNOWN[ALICE]))
    assert known.min_length(purpose) == unknown.min_length(purpose)
