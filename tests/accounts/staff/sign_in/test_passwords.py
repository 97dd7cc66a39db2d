"""Guesses at passwords of staff: what they tell, how many there are, and whom they lock out."""

import logging

import pytest
from django.test import Client

from accounts import limits
from accounts.models import RateCounter
from accounts.models.rate_counter import ENDED_WINDOWS_KEPT
from tests.accounts.staff.door import LOGIN
from tests.accounts.staff.sign_in.steps import SECRET_WORDS, sign_in


def test_a_wrong_password_an_unknown_name_and_a_customer_are_refused_alike(staff, alice):
    alice.set_password("a customer's")
    alice.save()
    answers = [
        sign_in(password="wrong").content,
        sign_in(username="nobody").content,
        sign_in(username=alice.username, password="a customer's").content,
    ]
    said = [b"This username and password do not belong to a staff account." in a for a in answers]
    assert said == [True, True, True]


def test_the_password_is_never_sent_back(staff):
    assert b"s3cret-w0rds" not in sign_in(password="s3cret-w0rds").content


def test_the_sixth_wrong_password_from_one_address_waits(staff):
    for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        assert sign_in(password="wrong").status_code == 400
    refused = sign_in()
    assert refused.status_code == 429
    assert (
        limits.PASSWORDS_OF_NAME_IN_NETWORK.seconds - 5
        <= int(refused["Retry-After"])
        <= limits.PASSWORDS_OF_NAME_IN_NETWORK.seconds
    )
    assert "You can try again in 15 minutes." in refused.content.decode()
    assert sign_in(username="SAM").status_code == 429
    assert sign_in(ip="203.0.113.9").status_code == 302


def test_the_wait_ends_and_further_guesses_do_not_extend_it(staff, travel):
    for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap + 5):
        sign_in(password="wrong")
    travel(limits.PASSWORDS_OF_NAME_IN_NETWORK.seconds)
    assert sign_in().status_code == 302


def test_the_right_password_starts_afresh(staff):
    for _ in range(3):
        for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap - 1):
            assert sign_in(password="wrong").status_code == 400
        assert sign_in().status_code == 302


def test_many_addresses_together_have_a_limit_for_one_name(staff):
    for number in range(limits.PASSWORDS_OF_NAME.cap):
        assert sign_in(ip=f"198.51.100.{number}", password="wrong").status_code == 400
    assert sign_in(ip="203.0.113.9").status_code == 429


def test_one_address_has_a_limit_for_all_names(staff):
    for number in range(limits.PASSWORDS_OF_NETWORK.cap):
        assert sign_in(username=f"name{number}").status_code == 400
    assert sign_in().status_code == 429


def test_a_forged_header_changes_no_address(staff, settings):
    for number in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        Client(headers={"X-Forwarded-For": f"203.0.113.{number}"}).post(
            LOGIN, SECRET_WORDS | {"password": "wrong"}
        )
    forged = Client(headers={"X-Forwarded-For": "203.0.113.99"})
    assert forged.post(LOGIN, SECRET_WORDS).status_code == 429


def test_neighbours_in_one_ipv6_network_share_the_limit(staff):
    for number in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        sign_in(ip=f"2001:db8:1:2::{number:x}", password="wrong")
    assert sign_in(ip="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(ip="2001:db8:1:3::1").status_code == 302


@pytest.mark.parametrize(
    ("guesser", "sam"),
    [
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8"),
        ("203.0.113.7:51724", "203.0.113.8:51724"),
        ("[2001:db8::1]:443", "[2001:db8:0:1::1]:443"),
    ],
)
def test_guesses_lock_nobody_else_out_however_the_proxy_writes_an_ip(staff, settings, guesser, sam):
    settings.TRUSTED_PROXY_COUNT = 1
    guess = SECRET_WORDS | {"password": "wrong"}
    for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap):
        assert Client(headers={"X-Forwarded-For": guesser}).post(LOGIN, guess).status_code == 400
    assert Client(headers={"X-Forwarded-For": guesser}).post(LOGIN, guess).status_code == 429
    own = Client(headers={"X-Forwarded-For": sam}).post(LOGIN, SECRET_WORDS)
    assert own.status_code == 302


def test_what_was_typed_is_in_no_table_and_no_log(staff, caplog):
    with caplog.at_level(logging.DEBUG):
        for _ in range(limits.PASSWORDS_OF_NAME_IN_NETWORK.cap + 1):
            sign_in(username="my-password-by-mistake", password="hunter2-hunter2")
    kept = str(list(RateCounter.objects.values())) + caplog.text
    assert "my-password-by-mistake" not in kept
    assert "hunter2" not in kept
    assert "198.51.100.7" in caplog.text


def test_guesses_at_passwords_are_forgotten_with_the_other_counters(staff, travel):
    sign_in(username="nobody")
    travel(limits.PASSWORDS_OF_NAME.seconds + ENDED_WINDOWS_KEPT.total_seconds())
    assert RateCounter.objects.long_over().count() == RateCounter.objects.count() == 3
