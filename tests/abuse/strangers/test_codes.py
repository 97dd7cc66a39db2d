"""What strangers ask for and guess keeps no owner from the codes to their own number."""

from accounts.models import User
from tests.abuse.strangers.phones import Phone, annoy, guess_wrongly
from tests.cast import ALICE, DAVE
from tests.codes import wrong


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
