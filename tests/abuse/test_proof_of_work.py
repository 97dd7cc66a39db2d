"""Attackers at the proof of work: what they cannot pass, and that honest people behind them do."""

import base64
import json

import altcha
import pytest

from accounts import limits
from accounts.codes import message_limits, proof_of_work
from accounts.models import RateCounter
from accounts.models.phone_otp import Purpose
from accounts.sessions import known_devices
from tests.cast import ALICE, BOB, DAVE

pytestmark = pytest.mark.django_db

DAY = 24 * 60 * 60


@pytest.fixture(autouse=True)
def _asked_for(settings, sms):
    settings.PROOF_OF_WORK = "on"
    settings.SMS_PER_NUMBER = 2


@pytest.fixture
def ask(api):
    """`ask(DAVE, solution=…)`: the answer to a request for a code."""

    def signup(phone_number=DAVE, ip="192.0.2.1", solution="", verb="signup"):
        headers = {"Proof-Of-Work": solution} if solution else {}
        data = {"phone_number": phone_number}
        return api.post(f"/api/auth/{verb}", data, REMOTE_ADDR=ip, headers=headers)

    return signup


@pytest.fixture
def challenged(ask, travel):
    """`challenged()`: the challenge for a number whose messages are used up."""

    def challenge(phone_number=DAVE):
        RateCounter.objects.filter(key__startswith="wait").delete()
        response = ask(phone_number)
        while response.status_code == 200:
            travel(301)
            response = ask(phone_number)
        return response.json()["challenge"]

    return challenge


def solve(challenge, **changes):
    """The solution of an honest device, or with changes that of a cheat."""
    solved = altcha.solve_challenge(altcha.Challenge.from_dict(challenge))
    parameters = challenge["parameters"] | changes
    payload = {"challenge": challenge | {"parameters": parameters}, "solution": solved.to_dict()}
    return encode(payload)


def encode(payload):
    return base64.b64encode(json.dumps(payload).encode()).decode()


def code_of(response):
    return 200 if response.status_code == 200 else response.json()["code"]


def number(n, block="+91987650"):
    return f"{block}{n:04d}"


def test_past_the_cap_of_a_number_work_comes_before_the_wall(ask, challenged, travel):
    """Twice the cap is sent to a number, half of it to whoever worked."""
    for _ in range(2):
        response = ask(solution=solve(challenged()))
        assert code_of(response) == 200
        travel(301)
    response = ask()
    assert code_of(response) == "rate_limited"
    assert DAY / 2 < response.json()["retry_after"] == int(response["Retry-After"]) < DAY
    assert "challenge" not in response.json()


def test_a_solution_counts_once(ask, challenged, travel):
    solution = solve(challenged())
    assert code_of(ask(solution=solution)) == 200
    travel(290)
    RateCounter.objects.filter(key__startswith="wait").delete()
    travel(11)
    assert code_of(ask(solution=solution)) == "proof_of_work_required"


def test_a_solution_is_not_used_up_by_a_request_that_is_refused_for_another_reason(
    ask, challenged, travel
):
    challenged()
    first, second = (solve(proof_of_work.create(Purpose.SIGN_IN, DAVE)) for _ in range(2))
    assert code_of(ask(solution=first)) == 200
    assert code_of(ask(solution=second)) == "resend_too_soon"
    travel(301)
    assert code_of(ask(solution=second)) == 200


def test_a_solution_is_for_one_number(ask, challenged):
    solution = solve(challenged(DAVE))
    challenged(ALICE)
    assert code_of(ask(ALICE, solution=solution)) == "proof_of_work_required"


def test_a_solution_is_for_one_purpose(ask, challenged):
    challenged()
    other = solve(proof_of_work.create(Purpose.RESET_PASSWORD, DAVE))
    assert code_of(ask(solution=other)) == "proof_of_work_required"


def test_a_solution_expires(ask, challenged, monkeypatch):
    challenged()
    monkeypatch.setattr(proof_of_work, "LIFETIME_SECONDS", -1)
    late = solve(proof_of_work.create(Purpose.SIGN_IN, DAVE))
    assert code_of(ask(solution=late)) == "proof_of_work_required"


def test_the_client_chooses_neither_the_difficulty_nor_the_time(ask, challenged):
    challenge = challenged()
    for changes in ({"keyPrefix": ""}, {"cost": 1}, {"expiresAt": 2**40}, {"expiresAt": None}):
        response = ask(solution=solve(challenge, **changes))
        assert code_of(response) == "proof_of_work_required"


def test_a_challenge_of_the_attacker_s_own_counts_for_nothing(ask, challenged):
    challenged()
    own = altcha.create_challenge(
        "SHA-256", 1, counter=0, hmac_secret="guessed", hmac_key_secret="guessed"
    )
    assert code_of(ask(solution=solve(own.to_dict()))) == "proof_of_work_required"


def test_without_the_key_a_challenge_is_not_solved(ask, challenged):
    challenge = challenged()
    for solution in ({"counter": 0, "derivedKey": "00" * 32}, {"counter": 0, "derivedKey": None}):
        response = ask(solution=encode({"challenge": challenge, "solution": solution}))
        assert code_of(response) == "proof_of_work_required"


@pytest.mark.parametrize(
    "garbage",
    [
        "x", "=", "AAAA", "A" * 100_000, "é",
        *(encode(value) for value in ([], {}, None, 1, {"challenge": []}, {"challenge": {}})),
        encode({"challenge": {"parameters": []}, "solution": {}}),
        encode({"challenge": {"parameters": {}, "signature": 1}, "solution": 3}),
        base64.b64encode(b"[" * 1400).decode(),
        base64.b64encode(b"9" * 1400).decode(),
    ],
)  # fmt: skip
def test_garbage_is_no_solution(garbage):
    assert proof_of_work.read_solution(garbage, Purpose.SIGN_IN, DAVE) == ""


def test_somebody_who_cannot_solve_gets_through_by_waiting_once(ask, challenged, travel):
    """As an app does that knows of no challenge: it follows Retry-After."""
    challenged()
    response = ask()
    assert code_of(response) == "proof_of_work_required"
    assert 0 < response.json()["retry_after"] == int(response["Retry-After"]) <= 30
    travel(31)
    assert code_of(ask()) == 200
    travel(301)
    assert code_of(ask()) == "proof_of_work_required"


def test_asking_again_and_again_does_not_shorten_the_wait_nor_lengthen_it(ask, challenged, travel):
    challenged()
    for _ in range(5):
        assert code_of(ask()) == "proof_of_work_required"
        travel(5)
    travel(6)
    assert code_of(ask()) == 200


def test_a_wait_is_for_one_number_in_one_network(ask, challenged, travel):
    for phone_number in (ALICE, DAVE):
        challenged(phone_number)  # ALICE's wait is forgotten meanwhile
    travel(31)
    assert code_of(ask(ALICE)) == "proof_of_work_required"
    assert code_of(ask(DAVE, ip="198.51.100.7")) == "proof_of_work_required"
    assert code_of(ask(DAVE)) == 200


def test_a_wait_of_long_ago_is_over(ask, challenged, travel):
    challenged()
    travel(11 * 60)
    assert code_of(ask()) == "proof_of_work_required"


def test_a_program_cannot_wait_for_many_numbers_at_once(ask, settings, travel):
    settings.SMS_PER_IP = 2
    assert code_of(ask(number(0))) == 200
    cap = limits.WAITING_IN_NETWORK.cap
    for n in range(1, cap + 4):
        response = ask(number(n * 100))
        assert code_of(response) == "proof_of_work_required"
        assert (response.json()["retry_after"] > 30) == (n > cap)
    travel(31)
    passed = [code_of(ask(number(n * 100))) for n in range(1, cap + 4)]
    assert passed.count(200) == 3  # the higher limit of the network: twice SMS_PER_IP


def test_a_network_whose_people_type_their_codes_is_never_asked(ask, api, sms, settings):
    """A launch: hundreds behind the one address of a carrier, one of six types nothing."""
    settings.SMS_PER_IP = 30
    for n in range(240):
        phone_number = number(n * 7, block="+91912345")
        assert code_of(ask(phone_number)) == 200, n
        if n % 6:
            body = {"phone_number": phone_number, "otp_code": sms.last_code(phone_number)}
            assert (
                api.post("/api/auth/verify-otp", body, REMOTE_ADDR="192.0.2.1").status_code == 200
            )


def test_a_network_whose_codes_nobody_types_works_and_then_stops(ask, settings):
    settings.SMS_PER_IP = 8
    outcomes = []
    for n in range(20):
        response = ask(number(n * 100))
        if code_of(response) == "proof_of_work_required":
            response = ask(number(n * 100), solution=solve(response.json()["challenge"]))
            outcomes.append("worked" if response.status_code == 200 else code_of(response))
        else:
            outcomes.append(code_of(response))
    assert outcomes == [200] * 4 + ["worked"] * 12 + ["rate_limited"] * 4


def test_a_country_where_few_codes_are_typed_is_asked_and_never_refused(ask, settings, monkeypatch):
    settings.SMS_PER_IP = 10**6
    cap = limits.CODES_TO_COUNTRY.cap // 2
    for n in range(cap):
        assert code_of(ask(f"+9198{n:04d}0000")) == 200
    response = ask("+919899990000")
    assert code_of(response) == "proof_of_work_required"
    assert code_of(ask("+4915123456789")) == 200
    assert code_of(ask("+919899990000", solution=solve(response.json()["challenge"]))) == 200


def test_a_block_that_pauses_works_for_a_few_more(ask, settings):
    settings.SMS_PER_IP = settings.SMS_PER_PREFIX = 10**6
    for n in range(20):
        assert code_of(ask(f"+919876543{n:03d}")) == 200
    challenge = ask("+919876543900").json()["challenge"]
    assert code_of(ask("+919876543900", solution=solve(challenge))) == 200
    RateCounter.objects.filter(key__startswith="send_paused:").update(count=20)
    assert code_of(ask("+919876543901")) == "rate_limited"


def test_at_four_fifths_of_the_budget_new_numbers_work_and_accounts_do_not(ask, settings, bob):
    settings.SMS_DAILY_BUDGET = 5
    for n in range(4):
        assert code_of(ask(number(n * 100))) == 200
    challenge = ask(number(500)).json()["challenge"]
    assert code_of(ask(BOB, verb="login")) == 200
    assert code_of(ask(number(500), solution=solve(challenge))) == "sms_budget_exhausted"


def test_a_known_device_is_never_asked(api, bob, settings, travel):
    settings.SMS_PER_ACCOUNT = 1
    known = {"Device-Token": known_devices.issue_token(bob.device_proof)}
    data = {"phone_number": BOB}
    stranger = [api.post("/api/auth/login", data).status_code for _ in range(1)]
    travel(301)
    assert api.post("/api/auth/login", data).json()["code"] == "proof_of_work_required"
    assert stranger == [200]
    assert api.post("/api/auth/login", data, headers=known).status_code == 200
    travel(301)
    refused = api.post("/api/auth/login", data, headers=known)
    assert refused.json()["code"] == "rate_limited"


def test_whoever_only_tracks_lets_everybody_through_and_says_who_would_work(ask, settings, caplog):
    settings.PROOF_OF_WORK = "track"
    settings.SMS_PER_IP = 4
    assert [code_of(ask(number(n * 100))) for n in range(5)] == [200] * 4 + ["rate_limited"]
    tracked = [line for line in caplog.messages if "would be" in line]
    assert tracked == ["Proof of work would be asked for: send_ip"] * 3
    assert number(300) not in caplog.text


def test_codes_of_an_own_mailbox_make_no_room_for_messages(settings):

    settings.OTP_TEST_NUMBERS = [f"{BOB}:4321@2099-01-01"]
    rooms = [
        message_limits.room_made_by_typing(recipient, "192.0.2.1")
        for recipient in ("eve@example.com", BOB, DAVE)
    ]
    guess = limits.GUESSES_OF_NETWORK.limit_for("192.0.2.1")
    assert rooms[:2] == [[guess], [guess]]
    assert len(rooms[2]) == 4
