"""Limits: declared in one table, and counted in one statement."""

import pytest
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts import limits
from accounts.errors import RateLimited
from accounts.limits import LimitRule
from accounts.models import RateCounter

TWO = LimitRule(name="two", cap=2, seconds=60)
LONG = LimitRule(name="long", cap=1, seconds=600)
SECRET = LimitRule(name="secret", cap=1, seconds=60, is_hashed=True)


def rules():
    return [rule for rule in vars(limits).values() if isinstance(rule, LimitRule)]


def counts():
    return dict(RateCounter.objects.values_list("key", "count"))


def test_counting_tells_how_often_so_far(db):
    assert limits.spend([TWO.limit_for("a"), LONG.limit_for("a")]) == {"two:a": 1, "long:a": 1}
    assert limits.spend([TWO.limit_for("a"), LONG.limit_for("b")]) == {"two:a": 2, "long:b": 1}


def test_a_refusal_names_what_is_used_up_and_waits_for_the_last_of_it(db, travel):
    limits.spend([TWO.limit_for("a"), LONG.limit_for("a")])
    travel(10)
    with pytest.raises(RateLimited) as raised:
        limits.spend([LONG.limit_for("a"), TWO.limit_for("a")])
    assert raised.value.keys == ["long:a"]
    assert 580 <= raised.value.retry_after <= 590
    with pytest.raises(RateLimited) as raised:
        limits.spend([TWO.limit_for("a"), LONG.limit_for("a")])
    assert raised.value.keys == ["two:a", "long:a"]
    assert 580 <= raised.value.retry_after <= 590


def test_what_is_refused_counts_where_there_is_room_but_in_a_transaction(db):
    limits.spend([LONG.limit_for("a")])
    with pytest.raises(RateLimited), transaction.atomic():
        limits.spend([TWO.limit_for("a"), LONG.limit_for("a")])
    assert counts() == {"long:a": 1}
    with pytest.raises(RateLimited):
        limits.spend([TWO.limit_for("a"), LONG.limit_for("a")])
    assert counts() == {"long:a": 1, "two:a": 1}


def test_a_window_ends_as_a_whole(db, travel):
    limits.spend([LONG.limit_for("a")])
    travel(599)
    assert not limits.try_spend(LONG.limit_for("a"))
    travel(2)
    assert limits.try_spend(LONG.limit_for("a"))


def test_a_cap_may_be_a_setting_or_another_for_one_case(settings):
    settings.SMS_PER_IP = 7
    assert limits.CODES_FOR_NETWORK.limit_for("203.0.113.9").cap == 7
    assert limits.CODES_FOR_NETWORK.limit_for("203.0.113.9", cap=0).cap == 0


def test_every_limit_that_a_setting_decides_has_that_setting():
    caps = [rule.limit_for("x").cap for rule in rules()]
    assert len(caps) > 15
    assert all(isinstance(cap, int) and cap >= 0 for cap in caps)


def test_no_two_limits_count_under_one_name_but_those_to_one_recipient():
    named = [rule.name for rule in rules()]
    assert sorted({name for name in named if named.count(name) > 1}) == ["send"]


def test_of_what_may_be_a_secret_only_a_hash_is_kept(db):
    limits.spend([SECRET.limit_for("sam", "hunter2")])
    [key] = counts()
    assert "sam" not in key
    assert "hunter2" not in key
    assert key != SECRET.key_for("samh", "unter2")
    assert not limits.try_spend(SECRET.limit_for("sam", "hunter2"))
    hashed = salted_hmac("accounts.limits", "sam\0hunter2", algorithm="sha256")
    assert key == f"secret:{hashed.hexdigest()}"


def test_forgetting_begins_to_count_anew(db):
    limits.spend([LONG.limit_for("a"), LONG.limit_for("b")])
    RateCounter.objects.reset(LONG.key_for("a"))
    assert limits.try_spend(LONG.limit_for("a"))
    assert not limits.try_spend(LONG.limit_for("b"))


def test_only_limits_without_room_have_to_be_waited_for(db, travel):
    wanted = [TWO.limit_for("a"), LONG.limit_for("a"), LONG.limit_for("never")]
    limits.spend([TWO.limit_for("a")])
    assert RateCounter.objects.seconds_until_room(wanted) == 0
    limits.spend([TWO.limit_for("a")])
    assert RateCounter.objects.seconds_until_room(wanted) == TWO.seconds
    travel(TWO.seconds + 1)
    assert RateCounter.objects.seconds_until_room(wanted) == 0


def test_giving_back_undoes_one_count_of_each_and_none_twice(db):
    limits.spend([TWO.limit_for("a"), LONG.limit_for("a"), LONG.limit_for("b")])
    limits.spend([TWO.limit_for("a")])
    for _ in range(2):
        RateCounter.objects.give_back(
            [TWO.limit_for("a"), LONG.limit_for("a"), LONG.limit_for("never")]
        )
    assert counts() == {"two:a": 0, "long:a": 0, "long:b": 1}


def test_what_was_never_counted_was_counted_no_times(db):
    limits.spend([TWO.limit_for("a")])
    limits.spend([TWO.limit_for("a")])
    assert RateCounter.objects.get_count(TWO.key_for("a")) == 2
    assert RateCounter.objects.get_count(TWO.key_for("b")) == 0


def test_what_is_counted_for_a_recipient_does_not_say_whom_it_is_about(db):
    limits.spend([rule.limit_for("+919876543210") for rule in limits.OF_RECIPIENTS])
    keys = set(RateCounter.objects.values_list("key", flat=True))
    assert keys == set(limits.keys_of("+919876543210"))
    assert not [key for key in keys if "9876543210" in key]


def test_a_counter_is_shown_by_the_name_of_its_limit():
    assert str(RateCounter(key="send_ip:2001:db8::/64")) == "send_ip"
