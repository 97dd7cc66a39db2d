"""The code of an earlier message is told from a wrong one, costs no attempt and opens nothing."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from accounts.codes import challenge, lanes
from accounts.codes.errors import EarlierCode, WrongCode
from accounts.errors import AttemptsExceeded, CodeNotFound, WrongLength
from accounts.models import GuessBudget, PhoneOTP, RateCounter
from accounts.models.phone_otp import Purpose
from accounts.sessions.user_agent import Device
from tests.cast import BOB, DAVE

COOLDOWNS = (31, 61)
STRANGER = Device(ip_address="192.0.2.1")


def issue(*codes, travel, **options):
    """Messages with these codes, one after the other."""
    for code, pause in zip(codes, (0, *COOLDOWNS), strict=False):
        travel(pause)
        challenge.issue(BOB, Purpose.SIGN_IN, code, **options)


def prove(otp_code, recipient=BOB, device=STRANGER):
    return lanes.prove(recipient, Purpose.SIGN_IN, otp_code, device)


def attempts():
    return PhoneOTP.objects.get(recipient=BOB).attempts


def test_an_earlier_code_costs_no_attempt_and_nothing_of_the_budgets(db, travel):
    issue("1111", "2222", travel=travel)
    for _ in range(5):
        with pytest.raises(EarlierCode) as raised:
            prove("1111")
    assert raised.value.message == "Invalid OTP. 3 attempts remaining"
    assert attempts() == 0
    assert GuessBudget.objects.get().spent == 0
    assert not RateCounter.objects.filter(key__startswith="wrong_guesses").exists()
    assert prove("2222").consume()


def test_who_types_earlier_codes_is_limited_like_who_guesses(db, travel):
    issue("1111", "2222", travel=travel)
    with pytest.raises(EarlierCode):
        prove("1111")
    assert RateCounter.objects.get(key="verify_ip:192.0.2.1").count == 1


def test_a_wrong_code_beside_an_earlier_one_counts(db, travel):
    issue("1111", "2222", travel=travel)
    for code, error, counted in (
        ("3333", WrongCode, 1),
        ("1111", EarlierCode, 1),
        ("4444", WrongCode, 2),
        ("1111", EarlierCode, 2),
        ("5555", WrongCode, 3),
        ("1111", AttemptsExceeded, 3),
    ):
        with pytest.raises(error):
            prove(code)
        assert attempts() == counted
    assert GuessBudget.objects.get().spent == 30_000


def test_no_more_than_three_hashes_are_kept(db, settings, travel):
    settings.OTP_RESEND_SECONDS = [1]
    for code in ("1111", "2222", "3333", "4444", "5555"):
        challenge.issue(BOB, Purpose.SIGN_IN, code)
        travel(2)
    assert len(PhoneOTP.objects.get().earlier) == 3
    for earlier in ("2222", "3333", "4444"):
        with pytest.raises(EarlierCode):
            prove(earlier)
    with pytest.raises(WrongCode) as raised:
        prove("1111")
    assert not isinstance(raised.value, EarlierCode)


def test_an_earlier_code_is_one_as_long_as_it_would_have_lived(db, travel):
    issue("1111", "2222", travel=travel)
    travel(570)
    with pytest.raises(WrongCode) as raised:
        prove("1111")
    assert not isinstance(raised.value, EarlierCode)
    assert attempts() == 1


def test_a_code_that_was_used_leaves_no_earlier_ones(db, travel):
    issue("1111", "2222", travel=travel)
    assert prove("2222").consume()
    with pytest.raises(CodeNotFound):
        prove("1111")
    challenge.issue(BOB, Purpose.SIGN_IN, "3333")
    assert PhoneOTP.objects.get().earlier == []


def test_a_message_that_did_not_leave_was_never_an_earlier_one(db, travel):
    issue("1111", travel=travel)
    travel(31)
    PhoneOTP.objects.withdraw(challenge.issue(BOB, Purpose.SIGN_IN, "2222"))
    assert PhoneOTP.objects.get().earlier == []
    assert prove("1111").consume()


def test_an_earlier_code_of_another_length_is_known_too(db, travel):
    issue("1111", "22222222", travel=travel)
    with pytest.raises(EarlierCode):
        prove("1111")
    with pytest.raises(WrongLength):
        prove("3333")
    assert attempts() == 0


def test_codes_of_another_purpose_or_number_are_no_earlier_ones(db, travel):
    issue("1111", "2222", travel=travel)
    challenge.issue(DAVE, Purpose.SIGN_IN, "3333")
    challenge.issue(BOB, Purpose.CHANGE_PHONE, "444444")
    with pytest.raises(WrongCode) as raised:
        prove("1111", recipient=DAVE)
    assert not isinstance(raised.value, EarlierCode)


def test_a_known_device_spends_nothing_of_what_strangers_have(bob, travel):
    known = Device(ip_address="192.0.2.1", proof=bob.device_proof)
    challenge.issue(BOB, Purpose.SIGN_IN, "7777")
    issue("1111", "2222", travel=travel, proof=bob.device_proof)
    with pytest.raises(EarlierCode):
        prove("1111", device=known)
    assert set(PhoneOTP.objects.values_list("attempts", flat=True)) == {0}
    assert not RateCounter.objects.filter(key="verify_ip:192.0.2.1").exists()
    assert prove("2222", device=known).consume()


def test_a_right_code_costs_no_more_statements(db, travel):
    issue("1111", "2222", travel=travel)
    with CaptureQueriesContext(connection) as statements:
        prove("2222")
    assert len(statements) == 1  # the limit of the network and the guess


def test_a_guess_is_not_given_back_once_another_code_was_sent(db, travel):
    issue("1111", "2222", travel=travel)
    charged = challenge.charge(BOB, Purpose.SIGN_IN, 4)
    travel(61)
    challenge.issue(BOB, Purpose.SIGN_IN, "3333")
    challenge.charge(BOB, Purpose.SIGN_IN, 4)
    charged.uncharge()
    assert attempts() == 1
    assert GuessBudget.objects.get().spent == 20_000


@pytest.mark.django_db(transaction=True)
def test_among_many_at_once_no_more_wrong_codes_are_compared_than_may_be(travel):
    """Whoever mixes an earlier code into a flood of guesses gets not one guess more."""
    issue("1111", "2222", travel=travel)
    compared = []

    def guess(number):
        try:
            prove("1111" if number % 2 else f"{9000 + number}")
        except EarlierCode:
            pass
        except WrongCode:
            compared.append(number)
        except AttemptsExceeded:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(guess, range(60)))
    assert len(compared) == 3
    assert attempts() == 3
    assert GuessBudget.objects.get().spent == 30_000


def test_the_page_says_which_message_to_use(sms, db, travel):
    browser = Client()
    browser.post("/signup/", {"phone_number": DAVE})
    first = sms.last_code(DAVE)
    travel(31)
    browser.post("/verify/resend/")
    second = sms.last_code(DAVE)
    if first == second:
        pytest.skip("one in ten thousand")
    answer = browser.post("/verify/", {"otp_code": first})
    sent_at = localtime(PhoneOTP.objects.get().sent_at)
    said = re.sub(r"\s+", " ", answer.content.decode())
    words = "That is the code of an earlier message. Use the newest one, sent at"
    assert answer.status_code == 400
    assert f"{words} {sent_at:%H:%M}." in said
    assert browser.post("/verify/", {"otp_code": second})["Location"] == "/profile/"


def test_the_api_says_so_beside_the_words_of_its_contract(api, sms, db, travel):
    for pause in (0, 31):
        travel(pause)
        challenge.issue(DAVE, Purpose.SIGN_IN, "1111" if pause == 0 else "2222")
    body = {"phone_number": DAVE, "otp_code": "1111"}
    answer = api.post("/api/auth/verify-otp", body).json()
    assert (answer["code"], answer["is_earlier_code"]) == ("otp_invalid", True)
    assert answer["message"] == "Invalid OTP. 3 attempts remaining"
    wrong = api.post("/api/auth/verify-otp", body | {"otp_code": "3333"}).json()
    assert "is_earlier_code" not in wrong
    assert wrong["message"] == "Invalid OTP. 2 attempts remaining"
