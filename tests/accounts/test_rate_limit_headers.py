"""`RateLimit` and `RateLimit-Policy`: what is left of the caller's own limits, and of no other."""

import re

import pytest

from tests.cast import ALICE, BOB, CAROL, DAVE

FORM = re.compile(r'"([a-z-]+)";([qr])=(\d+);([wt])=(\d+)')


def told(response):
    """The two headers as (name, quota, window) and (name, remaining, seconds)."""
    return [
        (name, int(amount), int(seconds))
        for name, _, amount, _, seconds in (
            FORM.fullmatch(response[header]).groups()
            for header in ("RateLimit-Policy", "RateLimit")
        )
    ]


@pytest.fixture
def ask(api, sms, db):
    return lambda number, **extra: api.post("/api/auth/signup", {"phone_number": number}, **extra)


def test_asking_for_codes_counts_down_what_is_left_of_the_network(ask, settings):
    settings.SMS_PER_IP = 3
    for left, number in ((2, BOB), (1, CAROL), (0, DAVE)):
        policy, state = told(ask(number))
        assert policy == ("codes", 3, 600)
        assert state[:2] == ("codes", left)
        assert 590 <= state[2] <= 600


def test_a_limit_that_is_reached_says_when_it_has_room(ask, settings):
    settings.SMS_PER_IP = 1
    ask(BOB)
    response = ask(DAVE)
    assert response.status_code == 429
    policy, (name, left, seconds) = told(response)
    assert (policy[1], name, left) == (1, "codes", 0)
    assert abs(seconds - int(response["Retry-After"])) <= 1


def test_what_was_counted_for_a_number_is_told_to_nobody(ask, travel, settings):
    """The number of messages to Dave changes nothing of what another network is told."""
    settings.SMS_PER_NUMBER = 2
    stranger = {"REMOTE_ADDR": "198.51.100.7"}
    fresh = told(ask(BOB, **stranger))
    ask(DAVE)
    travel(31)
    other = {"REMOTE_ADDR": "198.51.100.8"}
    asked_before = told(ask(DAVE, **other))
    assert [part[:2] for part in asked_before] == [part[:2] for part in fresh]
    travel(61)
    refused = ask(DAVE, REMOTE_ADDR="198.51.100.9")
    assert refused.status_code == 429
    assert [part[:2] for part in told(refused)] == [part[:2] for part in fresh]


def test_known_and_unknown_numbers_are_told_alike(api, sms, alice):
    answers = [
        api.post("/api/auth/login", {"phone_number": number}, REMOTE_ADDR=f"198.51.100.{place}")
        for place, number in enumerate((ALICE, DAVE), start=1)
    ]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert told(answers[0])[0] == told(answers[1])[0]
    assert told(answers[0])[1][:2] == told(answers[1])[1][:2]


def test_guesses_have_a_limit_of_their_own(api, sms, ask):
    ask(DAVE)
    body = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    policy, state = told(api.post("/api/auth/verify-otp", body))
    assert (policy[0], policy[1] - state[1]) == ("guesses", 1)


def test_what_counts_nothing_and_pages_have_no_headers(api, client, sms, db):
    assert "RateLimit" not in api.get("/api/auth/event-interests")
    page = client.post("/signup/", {"phone_number": DAVE})
    assert "RateLimit" not in page
