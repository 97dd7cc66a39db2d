"""Many who ask for codes at once: limits hold, everything fits together, and nobody waits in a
circle."""

from collections import Counter

import pytest
from django.test import Client

from accounts.models import Message, PhoneOTP, RateCounter
from leads.models import Lead, LeadEvent
from tests.cast import ALICE, DAVE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

NUMBERS = [ALICE, DAVE, "+919812345670", "+919812345671"]


def post(path, body, **extra):
    return Client().post(f"/api/auth/{path}", body, "application/json", **extra).status_code


def test_of_many_numbers_of_one_network_at_once_as_many_get_codes_as_the_limit_says(
    sms, settings, together
):
    settings.SMS_PER_IP = 5
    numbers = [f"+9198{n:02}000000" for n in range(20)]
    statuses = Counter(together(20, lambda n: post("signup", {"phone_number": numbers[n]})))
    assert statuses == {200: 5, 429: 15}
    asked = set(PhoneOTP.objects.values_list("recipient", flat=True))
    assert len(asked) == 5
    requested = LeadEvent.objects.filter(kind="code_requested")
    assert set(requested.values_list("lead__phone_number", flat=True)) == asked
    assert RateCounter.objects.get(key="send_ip:127.0.0.1").count == 5
    blocks = RateCounter.objects.filter(key__startswith="prefix_sent:")
    assert [block.count for block in blocks] == [1] * 5
    assert Message.objects.count() == len(sms.messages) == 5


def test_two_first_requests_for_a_number_at_once_are_one_code_and_one_count(sms, together):
    for n in range(10):
        body = {"phone_number": f"+9198000000{n:02}"}
        assert sorted(together(2, lambda _, body=body: post("signup", body))) == [200, 429]
    assert PhoneOTP.objects.count() == LeadEvent.objects.count() == Lead.objects.count() == 10
    assert RateCounter.objects.get(key="send_ip:127.0.0.1").count == 10


def test_people_who_ask_and_type_at_once_do_not_wait_in_a_circle(
    alice, sms, settings, travel, together
):
    """Codes of four numbers, two of one block, for several purposes and from two networks."""
    settings.SMS_PER_NUMBER = settings.SMS_PER_ACCOUNT = settings.SMS_DAILY_BUDGET = 10**6
    settings.SMS_PREFIX_VERIFIED_PERCENT = 0
    settings.PROOF_OF_WORK = "track"

    def act(n):
        number = NUMBERS[n % len(NUMBERS)]
        client = {"REMOTE_ADDR": f"192.0.2.{n % 3}"}
        codes = sms.codes(number)
        if n % 5 == 4 and codes:
            body = {"phone_number": number, "otp_code": codes[-1]}
            return post("verify-otp", body, **client)
        if n % 5 == 3:
            return post("login", {"phone_number": number}, **client)
        return post("signup", {"phone_number": number, "contact_consent": n % 2 == 0}, **client)

    for _ in range(5):
        statuses = together(30, act)
        assert {200, 429} <= set(statuses) <= {200, 400, 404, 409, 422, 429}, Counter(statuses)
        travel(301)
