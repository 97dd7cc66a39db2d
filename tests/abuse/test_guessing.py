"""Somebody who guesses at a number: how often, how long the codes get, and what it is worth."""

from collections import Counter
from itertools import cycle

import pytest

from accounts.codes import challenge, flows, risk
from accounts.codes.errors import WrongCode
from accounts.codes.request import CodeRequest
from accounts.errors import AttemptsExceeded, RateLimited, ResendTooSoon, WrongLength
from accounts.models import GuessBudget, PhoneOTP, User
from accounts.models.phone_otp import Purpose
from accounts.sessions.user_agent import UNKNOWN
from accounts.signin import flows as signin
from tests.cast import ALICE, BOB, DAVE
from tests.codes import wrong

DAY = 24 * 60 * 60


@pytest.fixture
def send(sms):
    """`send()`: the code that was just sent to Dave."""

    def ask(phone_number=DAVE):
        signin.request_code(phone_number, CodeRequest(source="web", client_ip="192.0.2.1"))
        return sms.last_code(phone_number)

    ask.last = lambda: sms.last_code(DAVE)
    return ask


def verify(phone_number, otp_code):
    return signin.verify_code(phone_number, otp_code)


def guess_wrongly(code, times, phone_number=DAVE):
    for _ in range(times):
        with pytest.raises(WrongCode):
            verify(phone_number, wrong(code))


def spend_short_guesses(send, travel):
    """Five wrong guesses at two codes: the most that leaves codes short, and one more."""
    guess_wrongly(send(), 3)
    travel(301)
    guess_wrongly(send(), 2)
    travel(301)


def spent():
    return GuessBudget.objects.of(DAVE).get().spent


def test_a_code_that_was_just_sent_can_be_used_however_much_was_guessed(db, send, travel):
    for _ in range(3):
        guess_wrongly(send(), 3)
        travel(301)
    assert verify(DAVE, send()).account.phone_number == DAVE


def test_every_code_is_locked_after_three_guesses_and_says_when_another_is_sent(db, send, travel):
    code = send()
    guess_wrongly(code, 3)
    with pytest.raises(AttemptsExceeded) as raised:
        verify(DAVE, code)
    assert raised.value.retry_after == 30
    travel(31)
    assert verify(DAVE, send()).account.phone_number == DAVE


def test_a_locked_code_tells_the_wait_that_the_limits_add_to_the_pause(db, send, travel, settings):
    """Another code has to wait until the first of the day's messages is a day old."""
    settings.SMS_PER_NUMBER = 2
    send()
    travel(31)
    code = send()
    guess_wrongly(code, 3)
    waits = []
    for _ in range(2):
        with pytest.raises(AttemptsExceeded) as raised:
            verify(DAVE, code)
        waits.append(raised.value.retry_after)
        travel(200)
    assert [DAY - 31 - wait in range(-1, 6) for wait in waits] == [True, False]
    assert waits[0] - waits[1] in range(199, 203)
    travel(waits[1] - 200)
    assert verify(DAVE, send()).account.phone_number == DAVE


@pytest.mark.django_db(transaction=True)
def test_a_success_gives_back_its_own_guess_and_no_other(send, travel):
    for _ in range(2):
        guess_wrongly(send(), 2)
        travel(301)
    assert spent() == 40_000
    verify(DAVE, send())
    assert spent() == 40_000


def test_signing_in_without_mistakes_leaves_no_guesses(db, send):
    verify(DAVE, send())
    assert spent() == 0


def test_the_budget_is_one_for_api_and_page(api, db, send, travel, client):
    code = send()
    for _ in range(3):
        data = {"phone_number": DAVE, "otp_code": wrong(code)}
        assert api.post("/api/auth/verify-otp", data).status_code == 400
    travel(301)
    client.post("/signup/", {"phone_number": DAVE})
    for _ in range(2):
        assert client.post("/verify/", {"otp_code": wrong(send.last())}).status_code == 400
    travel(301)
    data = api.post("/api/auth/signup", {"phone_number": DAVE}).json()["data"]
    assert data["otp_length"] == 8


def test_the_owner_gets_in_with_the_longer_code_by_page(client, db, sms, send, travel):
    spend_short_guesses(send, travel)
    client.post("/signup/", {"phone_number": DAVE})
    page = client.get("/verify/").content.decode()
    assert "8 digits" in page
    assert 'data-code-length="8"' in page
    assert client.post("/verify/", {"otp_code": sms.last_code(DAVE)})["Location"] == "/profile/"


def test_a_year_without_wrong_guesses_makes_them_short_again(db, send, travel):
    spend_short_guesses(send, travel)
    travel(364 * DAY)
    code = send()
    assert len(code) == 8
    verify(DAVE, code)
    travel(2 * DAY)
    assert len(send()) == 4


def test_a_wrong_guess_at_a_long_code_keeps_them_long(db, send, travel):
    spend_short_guesses(send, travel)
    travel(364 * DAY)
    guess_wrongly(send(), 1)
    travel(2 * DAY)
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
    """Guesses at Dave as often as the machine lets them, and adds up what the guesses are worth.

    Every purpose for which a stranger can have a code sent is tried, because all of them lead into
    the account.
    """

    def __init__(self, travel, purposes):
        self.travel = travel
        self.purposes = purposes
        self.probability = 0.0
        self.guesses = Counter()

    def day(self, sms):
        """Codes and guesses until no more messages are sent, then the next day."""
        for purpose in cycle(self.purposes):
            try:
                flows.send(DAVE, purpose, CodeRequest(source="web", client_ip="192.0.2.1"))
            except ResendTooSoon:
                self.travel(300)
                continue
            except RateLimited as refused:
                self.travel(refused.retry_after)
                return
            code = sms.last_code(DAVE)
            for _ in range(self.guesses_at(code)):
                with pytest.raises(WrongCode):
                    flows.prove(DAVE, purpose, wrong(code), UNKNOWN)
                self.guesses[len(code)] += 1
                self.probability += 10 ** -len(code)

    def guesses_at(self, code):
        return 3


class CleverestAttacker(Attacker):
    """Stops at four short guesses, so that the next code is short once more: 4 + 3."""

    def guesses_at(self, code):
        return 1 if self.guesses[4] == 3 and len(code) == 4 else 3


TARGET_A_YEAR = 1e-3
PURPOSES_OF_STRANGERS = [Purpose.SIGN_IN, Purpose.RESET_PASSWORD, Purpose.VERIFY_PHONE]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("attacker_class", "purposes"),
    [
        (Attacker, [Purpose.SIGN_IN]),
        (CleverestAttacker, [Purpose.SIGN_IN]),
        (CleverestAttacker, PURPOSES_OF_STRANGERS),
    ],
)
def test_a_year_of_guessing_every_day_is_worth_less_than_one_in_a_thousand(
    sms, travel, settings, attacker_class, purposes
):
    """Played day by day until each day adds the same at 8 digits; then multiplied."""
    settings.VERIFICATIONS_PER_IP = 10**6
    User.objects.get_or_create_verified(DAVE)
    attacker = attacker_class(travel, purposes)
    days = 0
    while GuessBudget.objects.filter(spent__gte=risk.LONG_AFTER).count() == 0:
        attacker.day(sms)
        days += 1
    attacker.day(sms)
    attacker.day(sms)
    before = attacker.probability
    attacker.day(sms)
    a_day = attacker.probability - before
    assert a_day == pytest.approx(10 * 3 * 10**-8)
    assert attacker.guesses[4] <= 7
    assert attacker.probability + (365 - days) * a_day < TARGET_A_YEAR


def test_the_worst_that_all_kinds_of_codes_add_up_to_is_less_than_one_in_a_thousand():
    """One guess less than the budget has, and the last codes of all purposes, still short."""
    budget = risk.LONG_AFTER - 1
    last_codes = 3 * sum(risk.guess_cost(risk.usual_length(purpose)) for purpose in Purpose)
    long_codes = 3 * 10 * 365
    assert (budget + last_codes + long_codes) * 10**-8 < TARGET_A_YEAR


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
    assert len(send()) == 8


def test_a_code_for_another_purpose_is_not_found(api, db):
    issued = challenge.issue(DAVE, Purpose.SIGN_IN, "4321")
    PhoneOTP.objects.filter(pk=issued.otp_id).update(purpose="change_phone")
    data = {"phone_number": DAVE, "otp_code": issued.otp_code}
    assert api.post("/api/auth/verify-otp", data).json()["code"] == "otp_not_found"
