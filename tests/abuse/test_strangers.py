"""What one person does to another by way of limits: nothing keeps the owner out."""

import pytest
from django.test import Client

from accounts import limits
from accounts.models import PhoneOTP, User
from accounts.sessions import known_devices
from tests.accounts.conftest import ESHA, PASSWORD
from tests.accounts.staff import door
from tests.accounts.staff.door import LOGIN, SECOND
from tests.cast import ALICE, BOB, DAVE

DAY = 24 * 60 * 60
HEADER = known_devices.HEADER


class Phone:
    """An app on a phone: it keeps the device token that it was given, and sends it along."""

    def __init__(self, api, sms, ip):
        self.api, self.sms, self.ip = api, sms, ip
        self.device_token = ""

    def post(self, path, body, **extra):
        headers = {HEADER: self.device_token} if self.device_token else {}
        answer = self.api.post(path, body, REMOTE_ADDR=self.ip, headers=headers, **extra)
        data = answer.json()["data"] or {}
        self.device_token = data.get("device_token", self.device_token)
        return answer

    def ask(self, number=ALICE, verb="login"):
        return self.post(f"/api/auth/{verb}", {"phone_number": number})

    def type(self, otp_code, number=ALICE):
        return self.post("/api/auth/verify-login", {"phone_number": number, "otp_code": otp_code})

    def sign_in(self, number=ALICE, verb="login"):
        self.ask(number, verb)
        return self.type(self.sms.last_code(number), number)


@pytest.fixture
def known(alice, api, sms, travel):
    """Alice's phone, which signed in last month."""
    phone = Phone(api, sms, "192.0.2.1")
    assert phone.sign_in().status_code == 200
    travel(30 * DAY)
    return phone


@pytest.fixture
def new_phone(api, sms):
    """Another phone of Alice's, on which nobody ever signed in."""
    return Phone(api, sms, "192.0.2.2")


@pytest.fixture
def stranger(api, sms):
    return Phone(api, sms, "198.51.100.7")


def wrong(code):
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def guess_wrongly(phone, sms, times=3, number=ALICE):
    """The guesser does not know the code; the test does, so that none is right by chance."""
    for _ in range(times):
        answer = phone.type(wrong(sms.last_code(number)), number)
        assert answer.json()["code"] in ("otp_invalid", "rate_limited"), answer.json()


def annoy(stranger, sms, travel, messages=3):
    """Three messages and nine wrong guesses."""
    for _ in range(messages):
        assert stranger.ask().status_code == 200
        guess_wrongly(stranger, sms)
        travel(301)


# --- Codes


def test_three_messages_and_nine_wrong_guesses_lock_nobody_out(
    known, new_phone, stranger, sms, travel
):
    annoy(stranger, sms, travel)
    assert known.ask().json()["data"]["otp_length"] == 4
    assert known.type(sms.last_code(ALICE)).status_code == 200
    assert new_phone.ask().json()["data"]["otp_length"] == 8
    assert new_phone.type(sms.last_code(ALICE)).status_code == 200


def test_a_known_device_gets_a_code_at_once_whoever_asked_a_moment_before(known, stranger, sms):
    stranger.ask()
    sent = known.ask().json()["data"]
    assert (sent["otp_length"], sent["resend_after"]) == (4, 30)
    assert known.ask().json()["code"] == "resend_too_soon"


def test_a_stranger_s_guesses_do_not_spoil_the_code_that_the_owner_asked_for(
    known, stranger, sms, travel
):
    known.ask()
    own = sms.last_code(ALICE)
    stranger.ask()
    guess_wrongly(stranger, sms)
    assert stranger.type(own).json()["code"] == "otp_attempts_exceeded"
    assert known.type(own).status_code == 200


def test_a_stranger_does_not_replace_the_code_that_the_owner_asked_for(known, stranger, sms):
    known.ask()
    own = sms.last_code(ALICE)
    stranger.ask()
    assert known.type(own).status_code == 200


def test_a_known_device_takes_the_code_of_a_message_that_a_stranger_caused(known, stranger, sms):
    known.ask()
    stranger.ask()
    assert known.type(sms.last_code(ALICE)).status_code == 200


def test_a_known_device_takes_a_long_code_that_a_stranger_caused(known, stranger, sms, travel):
    annoy(stranger, sms, travel)
    known.ask()
    stranger.ask()
    assert len(sms.last_code(ALICE)) == 8
    assert known.type(sms.last_code(ALICE)).status_code == 200


def test_the_owner_s_mistakes_are_told_of_the_owner_s_code(known, stranger, sms, travel):
    known.ask()
    own = sms.last_code(ALICE)
    for remaining in (2, 1, 0):
        assert f"{remaining} attempts" in known.type(wrong(own)).json()["message"]
    assert known.type(own).json()["code"] == "otp_attempts_exceeded"
    travel(31)
    assert known.sign_in().status_code == 200


def test_nine_messages_do_not_use_up_the_owner_s_day(known, stranger, settings, travel):
    for _ in range(settings.SMS_PER_ACCOUNT):
        assert stranger.ask().status_code == 200
        travel(301)
    assert stranger.ask().json()["code"] == "rate_limited"
    assert known.sign_in().status_code == 200


def test_messages_to_a_block_do_not_stop_its_numbers_with_an_account(
    known, new_phone, stranger, alice, sms, settings
):
    neighbours = [f"{ALICE[:-3]}{n:03d}" for n in range(20)]
    for n, number in enumerate(neighbours):
        stranger.ip = f"198.51.100.{n}"
        assert stranger.ask(number, "signup").status_code == 200
    refused = stranger.ask(f"{ALICE[:-3]}020", "signup").json()
    assert (refused["code"], refused["retry_after"] > 11 * 60 * 60) == ("rate_limited", True)
    assert known.ask().status_code == 200
    assert new_phone.ask().status_code == 200


def test_the_hour_s_messages_of_a_block_do_not_stop_its_numbers_with_an_account(
    known, new_phone, stranger, settings
):
    settings.SMS_PREFIX_VERIFIED_PERCENT = 0
    for n in range(settings.SMS_PER_PREFIX):
        stranger.ip = f"198.51.100.{n}"
        assert stranger.ask(f"{ALICE[:-3]}{n:03d}", "signup").status_code == 200
    assert stranger.ask(f"{ALICE[:-3]}099", "signup").status_code == 429
    assert known.ask().status_code == 200
    assert new_phone.ask().status_code == 200


def test_messages_to_accounts_do_not_make_their_block_look_honest(stranger, api, sms, alice):
    """Codes that are typed for accounts do not stand for those sent to numbers without one."""
    accomplices = [f"{ALICE[:-3]}{n:03d}" for n in range(5)]
    for n, number in enumerate(accomplices):
        User.objects.get_or_create_verified(number)
        assert Phone(api, sms, f"203.0.113.{n}").sign_in(number).status_code == 200
    for n in range(20):
        stranger.ip = f"198.51.100.{n}"
        assert stranger.ask(f"{ALICE[:-3]}{100 + n}", "signup").status_code == 200
    assert stranger.ask(f"{ALICE[:-3]}120", "signup").json()["code"] == "rate_limited"


def test_a_neighbour_s_network_being_full_does_not_stop_a_known_device(
    known, stranger, sms, settings
):
    """As behind a carrier's address that thousands share."""
    settings.SMS_PER_IP = settings.VERIFICATIONS_PER_IP = 2
    stranger.ip = known.ip
    for n in range(2):
        stranger.ask(f"+9199001100{n:02d}", "signup")
        guess_wrongly(stranger, sms, 1, f"+9199001100{n:02d}")
    assert stranger.ask().status_code == 429
    assert stranger.type("1234").status_code == 429
    assert known.sign_in().status_code == 200


def test_wrong_guesses_at_everybody_leave_known_devices_their_short_codes(
    known, stranger, sms, settings
):
    settings.OTP_SPRAY_THRESHOLD = 3
    stranger.ask(DAVE, "signup")
    guess_wrongly(stranger, sms, 3, DAVE)
    assert stranger.ask().json()["data"]["otp_length"] == 6
    assert known.ask().json()["data"]["otp_length"] == 4


def test_a_browser_that_signed_in_is_known_too(alice, stranger, sms, travel, client):
    client.post("/login/", {"phone_number": ALICE})
    client.post("/verify/", {"otp_code": sms.last_code(ALICE)})
    client.post("/logout/")
    travel(301)
    annoy(stranger, sms, travel)
    client.post("/login/", {"phone_number": ALICE})
    assert 'data-code-length="4"' in client.get("/verify/").content.decode()
    own = sms.last_code(ALICE)
    stranger.ask()
    guess_wrongly(stranger, sms)
    assert client.post("/verify/", {"otp_code": own})["Location"] == "/profile/"


# --- Proofs


def counts_for(phone, stranger, sms, travel):
    """Whether the phone gets a short code though strangers guessed."""
    annoy(stranger, sms, travel)
    return phone.ask().json()["data"]["otp_length"] == 4


def forged(token):
    payload, rest = token.split(":", 1)
    return f"{payload[:-2]}AA:{rest}"


def test_a_proof_counts_until_it_is_a_year_old(known, stranger, sms, travel):
    assert counts_for(known, stranger, sms, travel)


def test_a_forged_proof_is_nothing(known, stranger, sms, travel):
    for token in (forged(known.device_token), "x", "a:b:c", known.device_token[:-1], "é" * 9000):
        assert known_devices.read_token(token) is None
    known.device_token = forged(known.device_token)
    assert not counts_for(known, stranger, sms, travel)


def test_a_proof_of_another_account_is_nothing(known, stranger, sms, bob, travel):
    thief = stranger
    assert thief.sign_in(BOB).status_code == 200
    assert not counts_for(thief, Phone(thief.api, sms, "203.0.113.1"), sms, travel)
    assert PhoneOTP.objects.get(recipient=ALICE, is_known_device=True).consumed_at is not None


def test_guesses_with_a_proof_of_another_account_reach_strangers_codes_alone(
    known, stranger, sms, bob
):
    assert stranger.sign_in(BOB).status_code == 200
    known.ask()
    own = sms.last_code(ALICE)
    for _ in range(5):
        assert stranger.type(wrong(own)).json()["code"] == "otp_not_found"
    assert stranger.type(own).json()["code"] == "otp_not_found"
    assert known.type(own).status_code == 200


@pytest.mark.parametrize("way", ["others", "listed", "page", "deactivated", "admin"])
def test_a_revoked_proof_is_nothing_and_the_one_who_revoked_it_has_another(
    way, known, alice, stranger, sms, travel, token_of, browser_of, manager
):
    """As when the phone was stolen: whoever has it is a stranger again."""
    owner = Phone(known.api, sms, "192.0.2.9")
    signed_in = owner.sign_in().json()
    lost = alice.sessions.order_by("created_at").first().pk
    if way == "others":
        answer = owner.api.request("DELETE", "/api/auth/sessions", token=signed_in["token"]).json()
    elif way == "listed":
        url = f"/api/auth/sessions/{lost}"
        answer = owner.api.request("DELETE", url, token=signed_in["token"]).json()
    elif way == "page":
        browser = browser_of(alice)
        before = browser.cookies["device"].value
        browser.post("/profile/devices/end-others/")
        after = browser.cookies["device"].value
        assert after != before
        assert known_devices.read_token(after) == User.objects.get(pk=alice.pk).device_proof
        answer = {"data": {"device_token": after}}
    else:
        form = User.objects.get(pk=alice.pk)
        form.is_active = False
        form.save()
        User.objects.filter(pk=alice.pk).update(is_active=True)
        answer = {"data": {}}
    travel(301)
    assert not counts_for(known, stranger, sms, travel)
    owner.device_token = answer["data"].get("device_token", "")
    if owner.device_token:
        assert owner.ask().json()["data"]["otp_length"] == 4


# --- Passwords


@pytest.fixture
def patient(settings):
    """Whoever guesses has as many networks as guesses; the limit of the name is what is left."""
    return (f"198.51.{n // 250}.{n % 250}" for n in range(10**6))


def test_a_hundred_wrong_passwords_do_not_lock_a_customer_out_of_a_known_device(
    users, esha, api, sms, patient
):
    login = {"email": ESHA["email"], "password": PASSWORD}
    own = Phone(api, sms, "192.0.2.1")
    assert own.post("/api/users/login/", login).status_code == 200
    for _ in range(limits.PASSWORDS_OF_NAME.cap):
        stranger = Phone(api, sms, next(patient))
        assert stranger.post("/api/users/login/", login | {"password": "x"}).status_code == 401
    assert Phone(api, sms, next(patient)).post("/api/users/login/", login).status_code == 429
    assert own.post("/api/users/login/", login).status_code == 200


def test_a_known_device_has_ten_guesses_at_the_password_of_its_own_account(users, esha, api, sms):
    own = Phone(api, sms, "192.0.2.1")
    login = {"email": ESHA["email"], "password": PASSWORD}
    own.post("/api/users/login/", login)
    for _ in range(limits.PASSWORDS_OF_KNOWN_DEVICES.cap):
        assert own.post("/api/users/login/", login | {"password": "x"}).status_code == 401
    assert own.post("/api/users/login/", login).json()["code"] == "too_many_guesses"


def test_a_proof_of_another_account_gives_no_guesses_at_a_password(users, esha, api, sms, bob):
    thief = Phone(api, sms, "198.51.100.7")
    assert thief.sign_in(BOB).status_code == 200
    login = {"email": ESHA["email"], "password": "x"}
    for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        assert thief.post("/api/users/login/", login).status_code == 401
    assert thief.post("/api/users/login/", login).status_code == 429


def give_password(browser, password="correct horse", ip="192.0.2.1"):
    return browser.post(LOGIN, {"username": "sam", "password": password}, REMOTE_ADDR=ip)


@pytest.fixture
def desk_browser(staff, settings):
    """Sam's browser, which signed in with both factors and out again."""
    settings.STAFF_REQUIRE_2FA = True
    browser, _codes = door.enrol(staff)
    browser.post("/django/admin/logout/")
    assert browser.get("/leads/").status_code == 302
    return browser


def test_a_hundred_wrong_passwords_do_not_lock_staff_out_of_a_known_device(
    desk_browser, staff, patient
):
    for _ in range(limits.PASSWORDS_OF_NAME.cap):
        assert give_password(Client(), "wrong", next(patient)).status_code == 400
    assert give_password(Client(), ip=next(patient)).status_code == 429
    assert give_password(desk_browser).status_code == 302
    assert desk_browser.post(SECOND, {"second_factor": door.app_code(staff)}).status_code == 302
    assert desk_browser.get("/leads/").status_code == 200


def test_who_has_the_password_alone_does_not_make_the_owner_wait_for_the_second_factor(
    desk_browser, staff
):
    thief = Client()
    give_password(thief, ip="198.51.100.7")
    for _ in range(12):
        thief.post(SECOND, {"second_factor": door.wrong_code(staff)})
    assert thief.post(SECOND, {"second_factor": door.app_code(staff)}).status_code == 429
    give_password(desk_browser)
    refused = desk_browser.post(SECOND, {"second_factor": door.wrong_code(staff)})
    assert refused.status_code == 400
    assert thief.post(SECOND, {"second_factor": door.app_code(staff)}).status_code == 429
    assert desk_browser.post(SECOND, {"second_factor": door.app_code(staff)}).status_code == 302
    assert desk_browser.get("/leads/").status_code == 200


def test_the_password_alone_makes_no_known_device_of_staff(desk_browser, staff):
    thief = Client()
    give_password(thief)
    assert "device" not in thief.cookies
    assert "device" in desk_browser.cookies


def test_another_password_of_staff_makes_all_their_devices_strangers(desk_browser, staff):
    assert known_devices.read_token(desk_browser.cookies["device"].value) == staff.device_proof
    staff.set_password("another horse")
    staff.save()
    proof = known_devices.read_token(desk_browser.cookies["device"].value)
    assert proof != User.objects.get(pk=staff.pk).device_proof
