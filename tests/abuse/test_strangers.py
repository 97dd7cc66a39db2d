"""What one person does to another by way of limits: nothing keeps the owner out."""

import time

import pytest
from django.db.models import F
from django.test import Client

from accounts import limits
from accounts.models import AuthenticatorApp, PhoneOTP, User
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
    """Alice's phone, which signed in weeks ago."""
    phone = Phone(api, sms, "192.0.2.1")
    assert phone.sign_in().status_code == 200
    travel(29 * DAY)
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


def test_a_known_device_does_not_guess_without_end_at_a_code_that_is_locked(known, sms, settings):
    settings.VERIFICATIONS_PER_IP = 5
    known.ask()
    own = sms.last_code(ALICE)
    for _ in range(3):
        known.type(wrong(own))
    refusals = [known.type(own).json()["code"] for _ in range(4)]
    assert refusals == ["otp_attempts_exceeded"] * 2 + ["rate_limited"] * 2


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


def test_a_proof_counts_for_a_year(known, stranger, sms, travel, monkeypatch):
    assert counts_for(known, stranger, sms, travel)
    year_ago = time.time() - 366 * DAY
    with monkeypatch.context() as clock:
        clock.setattr(time, "time", lambda: year_ago)
        known.device_token = known_devices.issue_token(User.objects.get().device_proof)
    travel(301)
    assert known.ask().json()["data"]["otp_length"] == 8


def test_a_forged_proof_is_nothing(known, stranger, sms, travel):
    for token in (forged(known.device_token), "x", "a:b:c", known.device_token[:-1], "é" * 9000):
        assert known_devices.read_token(token) is None
    known.device_token = forged(known.device_token)
    assert not counts_for(known, stranger, sms, travel)


def test_a_proof_of_another_account_is_nothing(known, stranger, sms, bob, travel):
    thief = stranger
    assert thief.sign_in(BOB).status_code == 200
    assert not counts_for(thief, Phone(thief.api, sms, "203.0.113.1"), sms, travel)
    assert not PhoneOTP.objects.filter(is_known_device=True).exists()


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


@pytest.mark.parametrize("listed", [False, True])
def test_a_lost_phone_is_a_stranger_once_it_is_signed_out(
    known, alice, stranger, sms, travel, listed
):
    """The device that signed it out goes on with another proof."""
    owner = Phone(known.api, sms, "192.0.2.9")
    token = owner.sign_in().json()["token"]
    lost = f"/{alice.sessions.order_by('created_at').first().pk}" if listed else ""
    answer = owner.api.request("DELETE", f"/api/auth/sessions{lost}", token=token).json()
    travel(301)
    assert not counts_for(known, stranger, sms, travel)
    owner.device_token = answer["data"]["device_token"]
    assert owner.ask().json()["data"]["otp_length"] == 4


@pytest.mark.parametrize("path", ["others", "{lost}"])
def test_the_page_that_signs_devices_out_keeps_its_own_browser_known(
    known, alice, browser_of, path
):
    lost = alice.sessions.get().pk
    browser = browser_of(alice)
    browser.post(f"/profile/devices/{path.format(lost=lost)}/end/")
    proof = User.objects.get(pk=alice.pk).device_proof
    assert known_devices.read_token(browser.cookies["device"].value) == proof
    assert known_devices.read_token(known.device_token) != proof


def test_a_deactivated_account_has_no_known_devices_even_once_it_is_active_again(
    known, alice, stranger, sms, travel
):
    for is_active in (False, True):
        alice.is_active = is_active
        alice.save()
    assert not counts_for(known, stranger, sms, travel)


def test_moving_to_another_number_leaves_one_known_device(known, alice, sms, api, travel):
    owner = Phone(api, sms, "192.0.2.9")
    token = owner.sign_in().json()["token"]
    owner.post("/api/auth/change-phone", {"phone_number": DAVE}, token=token)
    body = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    owner.post("/api/auth/verify-change-phone", body, token=token)
    proof = User.objects.get(pk=alice.pk).device_proof
    assert known_devices.read_token(owner.device_token) == proof
    assert known_devices.read_token(known.device_token) != proof


def test_a_reused_refresh_token_makes_every_device_a_stranger(known, alice, api, sms):
    """Whoever copied one thing from the app may have copied the other."""
    phone = Phone(api, sms, "192.0.2.9")
    copied = phone.sign_in().json()["data"]["refresh_token"]
    token = copied
    for _ in range(2):
        token = api.post("/api/auth/refresh", {"refresh_token": token}).json()["data"][
            "refresh_token"
        ]
    assert api.post("/api/auth/refresh", {"refresh_token": copied}).status_code == 401
    assert User.objects.get(pk=alice.pk).device_proof != known_devices.read_token(
        known.device_token
    )


# --- Passwords


@pytest.fixture
def esha(api, db):
    """Registered with e-mail and password; nobody keeps what the answer brought."""
    api.post("/api/users/register/", ESHA)


@pytest.fixture
def patient():
    """Whoever guesses has as many networks as guesses; the limit of the name is what is left."""
    return (f"198.51.{n // 250}.{n % 250}" for n in range(10**6))


def test_a_hundred_wrong_passwords_do_not_lock_a_customer_out_of_a_known_device(
    esha, api, sms, patient
):
    login = {"email": ESHA["email"], "password": PASSWORD}
    own = Phone(api, sms, "192.0.2.1")
    assert own.post("/api/users/login/", login).status_code == 200
    for _ in range(limits.PASSWORDS_OF_NAME.cap):
        stranger = Phone(api, sms, next(patient))
        stranger.post("/api/users/login/", login | {"password": "x"})
    assert Phone(api, sms, next(patient)).post("/api/users/login/", login).status_code == 429
    assert own.post("/api/users/login/", login).status_code == 200


def test_another_password_leaves_one_known_device(esha, api, sms):
    login = {"email": ESHA["email"], "password": PASSWORD}
    own, other = Phone(api, sms, "192.0.2.1"), Phone(api, sms, "192.0.2.2")
    other.post("/api/users/login/", login)
    token = own.post("/api/users/login/", login).json()["token"]
    words = {"password": "harmonium-ghat-77", "password_confirm": "harmonium-ghat-77"}
    changed = words | {"current_password": PASSWORD}
    assert own.post("/api/users/set-password/", changed, token=token).status_code == 200
    proof = User.objects.get(email=ESHA["email"]).device_proof
    assert known_devices.read_token(own.device_token) == proof
    assert known_devices.read_token(other.device_token) != proof


def test_a_known_device_has_ten_guesses_at_the_password_of_its_own_account(esha, api, sms):
    own = Phone(api, sms, "192.0.2.1")
    login = {"email": ESHA["email"], "password": PASSWORD}
    own.post("/api/users/login/", login)
    for _ in range(limits.PASSWORDS_OF_KNOWN_DEVICES.cap):
        assert own.post("/api/users/login/", login | {"password": "x"}).status_code == 401
    assert own.post("/api/users/login/", login).json()["code"] == "too_many_guesses"


def test_a_proof_of_another_account_gives_no_guesses_at_a_password(esha, api, sms, bob):
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
        give_password(Client(), "wrong", next(patient))
    assert give_password(Client(), ip=next(patient)).status_code == 429
    assert give_password(desk_browser).status_code == 302
    assert desk_browser.post(SECOND, {"second_factor": door.app_code(staff)}).status_code == 302
    assert desk_browser.get("/leads/").status_code == 200


def test_who_has_the_password_alone_does_not_make_the_owner_wait_for_the_second_factor(
    desk_browser, staff
):
    thief = Client()
    give_password(thief, ip="198.51.100.7")
    thief.post(SECOND, {"second_factor": door.wrong_code(staff)})
    # As after ten more guesses, each made as soon as it was allowed.
    AuthenticatorApp.objects.filter(user=staff).update(
        throttling_failure_count=F("throttling_failure_count") + 10
    )
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
