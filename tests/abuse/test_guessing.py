"""Somebody who guesses at a number: how often, how long the codes get, and what it is worth."""

import pytest

from accounts.codes import challenge, risk
from accounts.codes.request import CodeRequest
from accounts.errors import AttemptsExceeded, ResendTooSoon, WrongCode, WrongLength
from accounts.models import GuessBudget, PhoneOTP
from accounts.models.phone_otp import Purpose
from accounts.signin import flows as signin
from tests.cast import ALICE, BOB, DAVE

DAY = 24 * 60 * 60


@pytest.fixture
def send(sms):
    """`send()`: the code that was just sent to Dave."""

    def ask(phone_number=DAVE):
        signin.request_code(phone_number, CodeRequest(source="web", client_ip="192.0.2.1"))
        return sms.last_code(phone_number)

    return ask


def verify(phone_number, otp_code):
    return signin.verify_code(phone_number, otp_code)


def wrong(code):
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}d}"


def guess_wrongly(code, times, phone_number=DAVE):
    for _ in range(times):
        with pytest.raises(WrongCode):
            verify(phone_number, wrong(code))


def test_nine_wrong_guesses_a_day_and_no_more(db, send, travel):
    for _ in range(3):
        guess_wrongly(send(), 3)
        travel(301)
    code = send()
    with pytest.raises(AttemptsExceeded) as raised:
        verify(DAVE, code)
    assert DAY - 3 * 301 - 5 <= raised.value.retry_after <= DAY - 2 * 301


def test_the_budget_comes_back_after_a_day(db, send, travel):
    for _ in range(3):
        guess_wrongly(send(), 3)
        travel(301)
    travel(DAY)
    assert verify(DAVE, send()).account.phone_number == DAVE


@pytest.mark.django_db(transaction=True)
def test_a_success_gives_back_its_own_guess_and_no_other(send, travel):
    for _ in range(2):
        guess_wrongly(send(), 2)
        travel(301)
    guess_wrongly(code := send(), 2)
    verify(DAVE, code)
    budget = GuessBudget.objects.get(recipient=DAVE)
    assert (len(budget.guessed_at), budget.guesses) == (6, 6)


def test_signing_in_without_mistakes_leaves_no_guesses(db, send):
    verify(DAVE, send())
    budget = GuessBudget.objects.get(recipient=DAVE)
    assert (budget.guessed_at, budget.guesses, budget.short_guesses) == ([], 0, 0)


def test_the_budget_is_one_for_api_and_page(api, db, send, travel, client):
    for _ in range(2):
        code = send()
        for _ in range(3):
            data = {"phone_number": DAVE, "otp_code": wrong(code)}
            assert api.post("/api/auth/verify-otp", data).status_code == 400
        travel(301)
    client.post("/signup/", {"phone_number": DAVE})
    code = PhoneOTP.objects.get()
    for _ in range(3):
        assert client.post("/verify/", {"otp_code": "0" * code.otp_length}).status_code == 400
    travel(301)
    data = {"phone_number": DAVE, "otp_code": send()}
    response = api.post("/api/auth/verify-otp", data)
    assert response.status_code == 429
    assert response.json()["code"] == "otp_attempts_exceeded"
    assert response.json()["retry_after"] == int(response["Retry-After"]) > DAY / 2


def test_five_wrong_guesses_make_the_codes_longer(api, db, send, travel):
    guess_wrongly(send(), 3)
    travel(301)
    guess_wrongly(send(), 2)
    travel(301)
    data = api.post("/api/auth/signup", {"phone_number": DAVE}).json()["data"]
    assert data["otp_length"] == 6
    assert PhoneOTP.objects.get().otp_length == 6


def test_the_owner_gets_in_with_the_longer_code_by_page(client, db, sms, send, travel):
    guess_wrongly(send(), 3)
    travel(301)
    guess_wrongly(send(), 2)
    travel(301)
    client.post("/signup/", {"phone_number": DAVE})
    page = client.get("/verify/").content.decode()
    assert "6 digits" in page
    assert 'data-code-length="6"' in page
    assert client.post("/verify/", {"otp_code": sms.last_code(DAVE)})["Location"] == "/profile/"


def test_a_year_without_guesses_makes_them_short_again(db, send, travel):
    guess_wrongly(send(), 3)
    travel(301)
    guess_wrongly(send(), 2)
    travel(364 * DAY)
    assert risk.find_risk(DAVE).otp_length == 6
    travel(2 * DAY)
    assert risk.find_risk(DAVE).otp_length == 4


def test_a_hundred_wrong_guesses_make_them_eight_digits(db, send, travel):
    for _ in range(34):
        guess_wrongly(send(), 3)
        travel(DAY // 2)
    assert risk.find_risk(DAVE).otp_length == 8
    assert len(send()) == 8


def test_a_spray_over_many_numbers_makes_every_code_longer(db, send, settings, travel):
    settings.OTP_SPRAY_THRESHOLD = 4
    guess_wrongly(send(ALICE), 2, ALICE)
    guess_wrongly(send(BOB), 2, BOB)
    assert len(send(DAVE)) == 6
    travel(DAY + 1)
    assert len(send(DAVE)) == 4


def test_a_code_of_another_length_is_refused_and_not_counted(api, db, send):
    code = send()
    with pytest.raises(WrongLength):
        verify(DAVE, code + "00")
    response = api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": code + "00"})
    assert response.status_code == 422
    assert response.json()["errors"][0]["message"] == "Enter the 4 digits of the code."
    assert PhoneOTP.objects.get().attempts == 0
    assert not GuessBudget.objects.exists()


class Attacker:
    """Guesses at Dave as often as the machine lets them, and adds up what the guesses are worth."""

    def __init__(self, travel):
        self.travel = travel
        self.probability = 0.0
        self.guesses = 0

    def burst(self, sms):
        """Codes and guesses until the machine refuses."""
        while True:
            try:
                signin.request_code(DAVE, CodeRequest(source="web", client_ip="192.0.2.1"))
            except ResendTooSoon:
                self.travel(300)
                continue
            code = sms.last_code(DAVE)
            for _ in range(3):
                try:
                    verify(DAVE, wrong(code))
                except WrongCode:
                    self.guesses += 1
                    self.probability += 10 ** -len(code)
                except AttemptsExceeded:
                    return


TARGET_A_YEAR = 1e-3


@pytest.mark.django_db(transaction=True)
def test_a_year_of_guessing_every_day_is_worth_less_than_one_in_a_thousand(sms, travel):
    """Played day by day until each day adds the same, 9 guesses at 8 digits; then multiplied."""
    attacker = Attacker(travel)
    days = 30
    for _ in range(days):
        attacker.burst(sms)
        travel(DAY)
    assert attacker.guesses == days * 9
    assert PhoneOTP.objects.get().otp_length == 8
    assert attacker.probability + (365 - days) * 9 * 10**-8 < TARGET_A_YEAR


def test_the_cleverest_guesses_at_short_codes_are_seven(db, send, travel):
    """Three, then one and a new code at four, whose three are the last short ones of the year."""
    guess_wrongly(send(), 3)
    travel(301)
    guess_wrongly(send(), 1)
    travel(301)
    code = send()
    assert len(code) == 4
    guess_wrongly(code, 3)
    travel(301)
    assert len(send()) == 6
    assert TARGET_A_YEAR > 7 * 10**-4 + 100 * 10**-6 + 365 * 9 * 10**-8


def test_a_code_for_another_purpose_is_not_found(api, db):
    issued = challenge.issue(DAVE, Purpose.SIGN_IN, "4321")
    PhoneOTP.objects.filter(pk=issued.otp_id).update(purpose="change_phone")
    data = {"phone_number": DAVE, "otp_code": issued.otp_code}
    assert api.post("/api/auth/verify-otp", data).json()["code"] == "otp_not_found"
