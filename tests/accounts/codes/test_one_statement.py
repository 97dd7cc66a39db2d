"""A code, its counts, its message and its lead are written together, or none of them is."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.codes import flows, risk
from accounts.codes.errors import SmsBudgetExhausted
from accounts.codes.request import CodeRequest
from accounts.errors import RateLimited, ResendTooSoon
from accounts.models import Message, PhoneOTP, RateCounter, SecurityEvent
from accounts.models.phone_otp import Purpose
from accounts.models.rate_counter import name_of
from leads.models import Lead, LeadEvent
from tests.cast import BOB, CAROL, DAVE
from tests.each import each

ASKED = CodeRequest(source="api", client_ip="192.0.2.1")
NEIGHBOUR = DAVE[:-1] + "9"

REFUSALS = {
    "a cooldown": ({}, DAVE, ResendTooSoon),
    "the number": ({"SMS_PER_NUMBER": 1}, DAVE, RateLimited),
    "the network": ({"SMS_PER_IP": 1}, BOB, RateLimited),
    "the block": ({"SMS_PER_PREFIX": 1}, NEIGHBOUR, RateLimited),
    "the budget": ({"SMS_DAILY_BUDGET": 1}, BOB, SmsBudgetExhausted),
}


def written():
    """Everything that asking for a code writes, but for the report of a refusal."""
    counters = RateCounter.objects.exclude(key__startswith="withheld_ip:")
    events = LeadEvent.objects.exclude(kind="code_withheld")
    return [
        *(sorted(counters.values_list("key", "count", "expires_at"))),
        *PhoneOTP.objects.order_by("pk").values(),
        *Message.objects.order_by("pk").values_list("otp", "state"),
        *events.order_by("pk").values_list("lead__phone_number", "kind"),
    ]


@pytest.mark.parametrize("is_read_before", [True, False])
@each("changes, number, error", REFUSALS)
def test_a_refused_request_counts_nothing(
    db, sms, settings, travel, changes, number, error, is_read_before
):
    """Also where only the statement itself finds that a limit has been reached meanwhile."""
    settings.SMS_PER_NUMBER = settings.SMS_PER_IP = settings.SMS_PER_PREFIX = 1000
    settings.SMS_DAILY_BUDGET = 1000
    flows.send(DAVE, Purpose.SIGN_IN, ASKED)
    travel(31 if changes else 0)
    for setting, value in changes.items():
        setattr(settings, setting, value)
    before, sent = written(), len(sms.messages)
    known = None if is_read_before else risk.find_risk(number)
    with pytest.raises(error):
        flows.send(number, Purpose.SIGN_IN, ASKED, recipient_risk=known)
    assert written() == before
    assert len(sms.messages) == sent


@pytest.mark.django_db(transaction=True)
def test_what_is_known_to_be_full_is_refused_before_anything_is_written(sms, settings):
    settings.SMS_PER_IP = 1
    flows.send(DAVE, Purpose.SIGN_IN, ASKED)
    with CaptureQueriesContext(connection) as sent, pytest.raises(RateLimited) as raised:
        flows.send(BOB, Purpose.SIGN_IN, ASKED)
    assert "accounts_phoneotp (" not in "".join(one["sql"] for one in sent)
    assert raised.value.keys == ["send_ip:192.0.2.1"]
    assert 590 <= raised.value.retry_after <= 600


@pytest.mark.django_db(transaction=True)
def test_all_limits_that_are_reached_meanwhile_are_named_with_the_longest_wait(sms, settings):
    flows.send(DAVE, Purpose.SIGN_IN, ASKED)
    settings.SMS_PER_IP = settings.SMS_PER_PREFIX = 1
    with pytest.raises(RateLimited) as raised:
        flows.send(NEIGHBOUR, Purpose.SIGN_IN, ASKED, recipient_risk=risk.find_risk(NEIGHBOUR))
    names = Counter(name_of(key) for key in raised.value.keys)
    assert names == {"send_ip": 1, "send_prefix": 1}
    assert 3590 <= raised.value.retry_after <= 3600


@pytest.fixture
def lead_table_refuses():
    """`lead_table_refuses(number)`: no lead of this number can be written."""
    broken = "broken_for_a_test"

    def refuse(number):
        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER TABLE leads_lead ADD CONSTRAINT {broken}"
                f" CHECK (phone_number <> '{number}') NOT VALID"
            )

    yield refuse
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE leads_lead DROP CONSTRAINT IF EXISTS {broken}")


@pytest.mark.django_db(transaction=True)
def test_without_its_lead_there_is_no_code(api, sms, lead_table_refuses):
    lead_table_refuses(DAVE)
    assert api.post("/api/auth/signup", {"phone_number": DAVE}).status_code == 500
    assert written() == []
    assert sms.messages == []
    assert api.post("/api/auth/signup", {"phone_number": CAROL}).status_code == 200


def test_a_code_for_another_purpose_has_no_lead(db, sms):
    flows.send(DAVE, Purpose.DELETE_ACCOUNT, ASKED)
    assert PhoneOTP.objects.count() == 1
    assert not Lead.objects.exists()


def test_a_longer_code_is_written_down_with_it_and_a_usual_one_is_not(db, sms, settings, travel):
    settings.SMS_PER_NUMBER = 100
    asked = [flows.send(DAVE, Purpose.SIGN_IN, ASKED).otp_length]
    guess_at(DAVE, 3)
    travel(301)
    asked.append(flows.send(DAVE, Purpose.SIGN_IN, ASKED).otp_length)
    assert (asked, SecurityEvent.objects.filter(kind="code_lengthened").count()) == ([4, 4], 0)
    guess_at(DAVE, 3)
    travel(301)
    assert flows.send(DAVE, Purpose.SIGN_IN, ASKED).otp_length == 8
    assert SecurityEvent.objects.get(kind="code_lengthened").ip is None


def guess_at(number, times):
    for _ in range(times):
        PhoneOTP.objects.charge(number, Purpose.SIGN_IN, 4, cost=risk.guess_cost(4))
