"""What production is told of the cost of messages, by `check --deploy` and when it starts."""

import logging

import pytest

from loopin.serving.start_log import log_checks


@pytest.fixture
def said(settings, caplog):
    """`said(…)`: what the log says when a server in production starts with these settings."""

    def start(given=(), **changes):
        caplog.set_level(logging.INFO)
        caplog.clear()
        settings.IS_PRODUCTION, settings.VARIABLES_SET = True, frozenset(given)
        for name, value in ({"SMS_ALLOWED_COUNTRIES": ["IN"]} | changes).items():
            setattr(settings, name, value)
        log_checks()
        return [(record.levelname, record.getMessage()) for record in caplog.records]

    return start


def test_defaults_are_told_and_are_no_warnings(said):
    assert said(SMS_DAILY_BUDGET=5000) == [
        (
            "INFO",
            "Codes are sent to IN alone, by default. Set SMS_ALLOWED_COUNTRIES to choose; * stands"
            " for all.",
        ),
        (
            "INFO",
            "At most 5000 messages are sent in a day, by default. Set SMS_DAILY_BUDGET to choose; 0"
            " stands for no limit.",
        ),
    ]


def test_what_was_chosen_is_not_told(said):
    assert said(["SMS_DAILY_BUDGET", "SMS_ALLOWED_COUNTRIES"]) == []


def test_all_countries_are_warned_of(said):
    [(level, text)] = said(["SMS_DAILY_BUDGET", "SMS_ALLOWED_COUNTRIES"], SMS_ALLOWED_COUNTRIES=[])
    assert level == "WARNING"
    assert text.startswith("Codes are sent to numbers of every country")
