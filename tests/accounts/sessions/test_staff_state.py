"""How long staff stay signed in, and when the time of last use is written."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import User
from accounts.sessions import known_devices, staff_state

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SAM = User(pk=1)
POLL = {"HX-Request": "true", "If-None-Match": '"1"'}


@pytest.fixture(autouse=True)
def _at_half_past_nine(monkeypatch):
    monkeypatch.setattr("time.time", lambda: NOW.timestamp() + 0.5)
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def asked(headers=None, **session):
    request = RequestFactory(headers=headers or {}).get("/leads/")
    request.session = session
    return request


def used(seconds_ago, headers=None):
    return asked(headers, staff_used_at=int(NOW.timestamp()) - seconds_ago)


def is_in_time(request, hours=1.0):
    return staff_state.is_in_time(request, NOW - timedelta(hours=hours))


@pytest.mark.parametrize(("seconds_ago", "answer"), [(0, True), (3600, True), (3601, False)])
def test_staff_may_be_away_for_an_hour(seconds_ago, answer):
    assert is_in_time(used(seconds_ago)) is answer


@pytest.mark.parametrize(("hours", "answer"), [(0, True), (24, True), (24.001, False)])
def test_staff_stay_for_a_day_in_all(hours, answer):
    assert is_in_time(used(0), hours) is answer


def test_a_browser_that_gave_no_password_is_not_in_time():
    assert not is_in_time(asked())


@pytest.mark.parametrize(
    ("seconds_ago", "headers", "is_written"),
    [
        (59, {}, False),
        (60, {}, True),
        (60, POLL, False),
        (60, {"HX-Request": "true"}, True),
        (60, {"If-None-Match": '"1"'}, True),
    ],
)
def test_use_is_written_once_a_minute_and_not_for_what_asks_by_itself(
    seconds_ago, headers, is_written
):
    request = used(seconds_ago, headers)
    assert is_in_time(request)
    now = int(NOW.timestamp())
    assert request.session == {"staff_used_at": now if is_written else now - seconds_ago}


def test_a_password_is_remembered_with_its_time_and_whether_more_is_asked():
    now = int(NOW.timestamp())
    request = asked()
    staff_state.remember_password(request, SAM, asks_second_factor=True)
    assert request.session == {"staff_used_at": now}
    assert known_devices.FRESH_TOKEN not in request.META
    staff_state.remember_password(request, SAM, asks_second_factor=False)
    assert request.session == {"staff_used_at": now, "staff_second_factor": "waived"}
    assert known_devices.FRESH_TOKEN in request.META


@pytest.mark.parametrize("is_required", [True, False])
def test_a_second_factor_that_was_waived_counts_until_it_is_required(settings, is_required):
    settings.STAFF_REQUIRE_2FA = is_required
    assert staff_state.has_passed(asked(staff_second_factor="waived")) is not is_required
    assert staff_state.has_passed(asked(staff_second_factor="passed"))
    assert not staff_state.has_passed(asked())


def test_a_second_factor_is_remembered():
    request = asked()
    staff_state.remember_second_factor(request, SAM)
    assert request.session == {"staff_second_factor": "passed"}
