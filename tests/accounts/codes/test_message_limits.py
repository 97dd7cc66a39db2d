"""Today's budget of messages, and what is said when it or a block of numbers runs out."""

import pytest
from django.utils.timezone import localdate

from accounts import limits
from accounts.codes import message_limits
from accounts.codes.message_limits import BLOCK_MIN_SENT
from accounts.codes.risk import RecipientRisk
from accounts.models.account import Account

SEND, KNOWN = limits.CODES_TO_RECIPIENT, limits.CODES_TO_KNOWN_DEVICES
ACCOUNT = Account(1, "+919876543210", True, True, "", None, 0, False)


def spend(number="+919876543210", verified=0, account=None, is_known_device=False):
    found = RecipientRisk(
        account=account,
        is_known_device=is_known_device,
        is_sprayed=False,
        verified_in_block=verified,
        paused_for=0,
    )
    counted = message_limits.spend_message(number, "192.0.2.1", found)
    return {limit.key for limit in counted}


def test_the_budget_spent_is_told_in_whole_percent(db, settings):
    settings.SMS_DAILY_BUDGET = 3
    assert message_limits.budget_spent_percent() == 0
    limits.spend(message_limits.daily_budget())
    limits.spend(message_limits.daily_budget())
    assert message_limits.budget_spent_percent() == 66


def test_without_a_budget_nothing_is_spent_of_it_and_nothing_counted(db, django_assert_num_queries):
    limits.spend([limits.MESSAGES_TODAY.limit_for(localdate(), cap=9)])
    with django_assert_num_queries(0):
        assert message_limits.budget_spent_percent() == 0
    assert message_limits.daily_budget(is_spared=True) == []
    assert message_limits.budget_key() not in spend()


def test_a_fifth_more_is_kept_for_those_with_an_account(settings):
    settings.SMS_DAILY_BUDGET = 50
    [limit] = message_limits.daily_budget()
    [reserved] = message_limits.daily_budget(is_spared=True)
    assert (limit.cap, reserved.cap) == (50, 60)
    assert limit.key == reserved.key == message_limits.budget_key()


def test_four_fifths_of_the_budget_are_warned_of_once(db, settings, caplog):
    settings.SMS_DAILY_BUDGET = 5
    for _ in range(3):
        spend()
    assert caplog.messages == []
    for _ in range(2):
        spend()
    assert caplog.messages == ["80 % of today's SMS budget is spent"]


@pytest.mark.parametrize(
    ("sent", "typed", "is_paused"),
    [(19, 0, False), (20, 0, True), (20, 3, True), (20, 4, False), (25, 4, True), (25, 5, False)],
)
def test_a_block_pauses_where_less_than_a_fifth_of_twenty_codes_or_more_is_typed(
    db, settings, caplog, sent, typed, is_paused
):
    assert BLOCK_MIN_SENT == 20
    settings.SMS_PER_IP = settings.SMS_PER_PREFIX = settings.SMS_PER_NUMBER = 100
    settings.SMS_PREFIX_VERIFIED_PERCENT = 100
    for _ in range(sent - 1):
        spend(verified=100)
    settings.SMS_PREFIX_VERIFIED_PERCENT = 20
    spend(verified=typed)
    warning = f"A block of numbers pauses: {sent} codes sent, {typed} typed"
    assert caplog.messages == [warning] * is_paused
    assert limits.try_spend(limits.BLOCK_PAUSED.limit_for("+919876543", cap=1)) is not is_paused


def test_a_message_counts_for_its_recipient_network_block_and_day(db, settings):
    settings.SMS_DAILY_BUDGET = 5
    assert set(spend()) == {
        SEND.key_for("+919876543210"),
        "send_ip:192.0.2.1",
        "send_prefix:+919876543",
        "prefix_sent:+919876543",
        message_limits.budget_key(),
    }
    assert set(spend("esha@example.com")) == {SEND.key_for("esha@example.com"), "send_ip:192.0.2.1"}


def test_a_message_to_an_account_does_not_count_for_its_neighbours(db, settings):
    settings.SMS_DAILY_BUDGET = 5
    budget = message_limits.budget_key()
    assert set(spend(account=ACCOUNT)) == {
        *(SEND.key_for("+919876543210"), "send_ip:192.0.2.1", budget)
    }


def test_a_message_of_a_known_device_counts_for_known_devices_alone(db, settings):
    settings.SMS_DAILY_BUDGET = 5
    counted = spend(account=ACCOUNT, is_known_device=True)
    assert set(counted) == {KNOWN.key_for("+919876543210"), message_limits.budget_key()}
    assert spend("esha@example.com", is_known_device=True) == {KNOWN.key_for("esha@example.com")}
