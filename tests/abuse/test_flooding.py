"""Somebody who makes us send messages: each limit holds, says when to come back, and is exact."""

import multiprocessing
from collections import Counter

import pytest
from django.db import connection

from accounts.models import PhoneOTP, RateCounter
from accounts.models.rate_counter import Limit
from leads.models import Lead
from tests.cast import ALICE, DAVE

HOUR = 60 * 60
DAY = 24 * HOUR


@pytest.fixture
def ask(api, sms, db):
    """`ask("+91…")`: the answer to a request for a code, from an address of one's own."""

    def signup(phone_number=DAVE, ip="192.0.2.1", verb="signup", **headers):
        return api.post(
            f"/api/auth/{verb}", {"phone_number": phone_number}, REMOTE_ADDR=ip, headers=headers
        )

    return signup


def number(n, block="+91987650"):
    return f"{block}{n:04d}"


def limited(response, at_most):
    body = response.json()
    assert response.status_code == 429
    assert body["code"] == "rate_limited"
    assert 0 < body["retry_after"] == int(response["Retry-After"]) <= at_most
    assert body["message"].startswith("Too many requests. Please try again in ")
    return True


def test_each_code_in_a_row_has_to_wait_longer(ask, travel):
    for wait in (30, 60, 120, 300, 300):
        assert ask().json()["data"]["resend_after"] == wait
        travel(wait - 2)
        assert ask().json()["code"] == "resend_too_soon"
        travel(2)


def test_a_used_code_ends_the_waiting(ask, api, sms, travel):
    ask()
    travel(30)
    ask()
    api.post("/api/auth/verify-otp", {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)})
    assert ask().json()["data"]["resend_after"] == 30


def test_five_messages_a_day_to_a_number(ask, travel):
    for _ in range(5):
        assert ask().status_code == 200
        travel(300)
    assert limited(ask(), DAY - 5 * 300)
    assert "24 hours" in ask().json()["message"]
    travel(DAY)
    assert ask().status_code == 200


def test_ten_to_a_number_with_an_account(ask, alice, travel):
    for _ in range(10):
        assert ask(ALICE, verb="login").status_code == 200
        travel(300)
    assert limited(ask(ALICE, verb="login"), DAY)


def test_thirty_messages_from_an_address_in_ten_minutes(ask, travel):
    for n in range(30):
        assert ask(number(n * 100)).status_code == 200
    assert limited(ask(number(9999)), 600)
    assert ask(number(9999), ip="192.0.2.2").status_code == 200
    travel(601)
    assert ask(number(7777)).status_code == 200


def test_a_whole_ipv6_network_counts_as_one(ask, settings):
    settings.SMS_PER_IP = 2
    assert ask(number(1), ip="2001:db8::1").status_code == 200
    assert ask(number(2), ip="2001:db8::ffff").status_code == 200
    assert limited(ask(number(3), ip="2001:db8::2"), 600)
    assert ask(number(3), ip="2001:db8:0:1::2").status_code == 200


def test_a_forged_forwarding_header_changes_nothing(ask, settings):
    settings.SMS_PER_IP = 1
    assert ask(number(1)).status_code == 200
    assert limited(ask(number(2), **{"X-Forwarded-For": "198.51.100.7"}), 600)


def test_behind_a_proxy_its_own_word_counts_and_what_stands_left_of_it_does_not(ask, settings):
    settings.SMS_PER_IP = 1
    settings.TRUSTED_PROXY_COUNT = 1
    first = {"X-Forwarded-For": "203.0.113.1, 198.51.100.7"}
    forged = {"X-Forwarded-For": "203.0.113.2, 198.51.100.7"}
    other = {"X-Forwarded-For": "203.0.113.1, 198.51.100.8"}
    assert ask(number(1), **first).status_code == 200
    assert limited(ask(number(2), **forged), 600)
    assert ask(number(2), **other).status_code == 200


@pytest.mark.parametrize(
    ("mine", "neighbour", "stranger"),
    [
        ("203.0.113.9:51724", "203.0.113.9:51725", "203.0.113.10:51724"),
        ("::ffff:203.0.113.7", "203.0.113.7", "::ffff:203.0.113.8"),
        ("[2001:db8::1]:443", "[2001:db8::2]:444", "[2001:db8:0:1::1]:443"),
        ("fe80::1%eth0", "fe80::2%eth1", "fe80:0:0:1::1%eth0"),
    ],
)
def test_a_flood_costs_others_nothing_however_the_proxy_writes_an_ip(
    ask, settings, mine, neighbour, stranger
):
    settings.TRUSTED_PROXY_COUNT = 1
    for n in range(settings.SMS_PER_IP):
        assert ask(number(n * 1000), **{"X-Forwarded-For": mine}).status_code == 200
    assert limited(ask(**{"X-Forwarded-For": neighbour}), 600)
    assert ask(**{"X-Forwarded-For": stranger}).status_code == 200
    assert ask(ALICE).status_code == 200


def test_a_hundred_typed_codes_from_an_address_in_five_minutes(api, db, settings):
    settings.VERIFICATIONS_PER_IP = 3
    data = {"phone_number": DAVE, "otp_code": "1234"}
    for _ in range(3):
        assert api.post("/api/auth/verify-otp", data).status_code == 400
    assert limited(api.post("/api/auth/verify-otp", data), 300)


def test_thirty_messages_an_hour_to_a_block_of_numbers(ask, settings, travel):
    settings.SMS_PREFIX_VERIFIED_PERCENT = 0
    for n in range(30):
        assert ask(number(n), ip=f"192.0.2.{n}").status_code == 200
    assert limited(ask(number(30), ip="192.0.2.30"), HOUR)
    assert ask(number(1000), ip="192.0.2.30").status_code == 200
    travel(HOUR + 1)
    assert ask(number(31), ip="192.0.2.31").status_code == 200


def test_a_block_of_which_nobody_types_a_code_pauses_for_half_a_day(ask, travel):
    for n in range(20):
        assert ask(number(n), ip=f"192.0.2.{n}").status_code == 200
    assert limited(ask(number(20), ip="192.0.2.99"), 12 * HOUR)
    assert ask(number(1000), ip="192.0.2.99").status_code == 200
    travel(12 * HOUR + 1)
    assert ask(number(20), ip="192.0.2.99").status_code == 200


def test_a_block_of_real_people_does_not_pause(ask, api, sms):
    for n in range(25):
        assert ask(number(n), ip=f"192.0.2.{n}").status_code == 200
        if n % 4 == 0:
            data = {"phone_number": number(n), "otp_code": sms.last_code(number(n))}
            assert api.post("/api/auth/verify-otp", data).status_code == 200


def test_a_day_s_budget_and_the_reserve_of_those_with_an_account(
    ask, alice, settings, travel, caplog
):
    settings.SMS_DAILY_BUDGET = 5
    for n in range(5):
        assert ask(number(n * 1000)).status_code == 200
    assert "80 % of today's SMS budget is spent" in caplog.text
    response = ask(DAVE)
    assert response.status_code == 503
    assert response.json()["code"] == "sms_budget_exhausted"
    assert ask(ALICE, verb="login").status_code == 200
    travel(61)
    assert ask(ALICE, verb="login").status_code == 503


def test_countries_that_are_not_named_get_no_message(ask, settings, sms):
    settings.SMS_ALLOWED_COUNTRIES = ["IN"]
    assert ask("+442079460958").json()["errors"][0]["code"] == "country_not_allowed"
    assert ask(DAVE).status_code == 200
    assert len(sms.messages) == 1


def test_a_refused_request_counts_nothing_and_leaves_only_a_lead(ask, settings):
    settings.SMS_PER_PREFIX = 1
    ask(number(1))
    of_messages = RateCounter.objects.exclude(key__startswith="withheld_ip:")
    before = dict(of_messages.values_list("key", "count"))
    assert limited(ask(number(2)), HOUR)
    assert dict(of_messages.values_list("key", "count")) == before
    assert not PhoneOTP.objects.filter(recipient=number(2)).exists()
    assert Lead.objects.get(phone_number=number(2)).trouble == "rate_limited"


def test_a_message_that_was_not_sent_is_given_back(ask, sms):
    sms.behaviour = 20500
    assert ask().status_code == 503
    assert set(RateCounter.objects.values_list("count", flat=True)) == {0}


@pytest.mark.parametrize(("last_day", "works"), [("2999-01-31", True), ("2026-01-31", False)])
def test_a_test_number_takes_its_code_until_its_last_day(ask, api, sms, settings, last_day, works):
    settings.OTP_TEST_NUMBERS = [f"{DAVE}:4321@{last_day}"]
    assert ask().status_code == 200
    assert len(sms.messages) == (0 if works else 1)
    data = {"phone_number": DAVE, "otp_code": "4321"}
    if works:
        assert api.post("/api/auth/verify-otp", data).status_code == 200


def test_pages_say_when_to_come_back_and_count_down(client, sms, db, settings):
    settings.SMS_PER_IP = 1
    client.post("/signup/", {"phone_number": number(1)})
    response = client.post("/signup/", {"phone_number": number(2)})
    assert response.status_code == 429
    page = response.content.decode()
    assert "There were too many tries. You can try again in 10 minutes." in page
    assert "data-resend-after=" in page


def spend_in_threads(name, outcomes):
    """In a process of its own: 25 threads spend the same limit."""
    import threading

    from django.db import connections

    connections["default"].settings_dict["NAME"] = name
    barrier = threading.Barrier(25)

    def one():
        connection.ensure_connection()
        barrier.wait(30)
        outcomes.put(bool(RateCounter.objects.spend([Limit("race", 10, 60)])))
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("race")
def test_a_cap_of_ten_lets_exactly_ten_of_fifty_through_two_processes():
    name = connection.settings_dict["NAME"]
    connection.close()
    fork = multiprocessing.get_context("fork")
    outcomes = fork.Queue()
    processes = [fork.Process(target=spend_in_threads, args=(name, outcomes)) for _ in range(2)]
    for process in processes:
        process.start()
    counted = Counter(outcomes.get(timeout=30) for _ in range(50))
    for process in processes:
        process.join()
    assert counted == {True: 10, False: 40}
    assert RateCounter.objects.get().count == 10
