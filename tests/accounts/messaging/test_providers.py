"""What every provider has to have, and that the configuration knows all of them."""

from importlib import import_module
from pathlib import Path

import pytest
from django.core.checks import run_checks

from accounts.messaging import providers
from accounts.messaging.channels import Channel
from accounts.messaging.providers import log_only, registry, twilio
from accounts.messaging.providers.base import Provider, UndeliveredReason
from leads.lead_page.timeline_text import REASONS
from loopin.config import sms as variables
from tests.cast import DAVE

FOLDER = Path(str(providers.__file__)).parent
SHARED = {"__init__", "base", "http", "registry", "twilio_errors"}
NAMES = {path.stem for path in FOLDER.glob("*.py")} - SHARED


def shown_by_check() -> list[str]:
    found = run_checks(include_deployment_checks=True)
    return [str(message.hint) for message in found if message.id == "accounts.W001"]


def test_the_environment_can_choose_every_provider_but_test_mode():
    assert variables.PROVIDERS.keys() == NAMES - {"log_only"}
    assert set(variables.CHANNELS) == set(Channel.values)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_provider_has_all_that_is_asked_of_it(name):
    assert isinstance(import_module(f"{providers.__name__}.{name}").SmsProvider(), Provider)


def test_the_setting_chooses_and_connections_are_kept(settings):
    settings.SMS_PROVIDER = "log_only"
    assert isinstance(registry.current_provider(), log_only.SmsProvider)
    settings.SMS_PROVIDER = "twilio"
    assert isinstance(registry.current_provider(), twilio.SmsProvider)
    assert registry.current_provider() is registry.current_provider()


def test_every_reason_has_words_for_the_timeline():
    assert {reason.value for reason in UndeliveredReason} <= REASONS.keys()


def test_twilio_names_the_settings_that_are_missing(settings):
    assert shown_by_check() == []
    settings.TWILIO_AUTH_TOKEN = ""
    assert shown_by_check() == ["Set TWILIO_AUTH_TOKEN."]
    settings.TWILIO_MESSAGING_SERVICE_SID = ""
    assert shown_by_check() == [
        "Set TWILIO_AUTH_TOKEN, TWILIO_MESSAGING_SERVICE_SID or TWILIO_PHONE_NUMBER."
    ]


def test_test_mode_lacks_no_setting(settings):
    settings.SMS_PROVIDER = "log_only"
    settings.TWILIO_ACCOUNT_SID = ""
    assert shown_by_check() == []


def test_test_mode_takes_nobody_s_report(api, sms, db, settings, reports):
    """Not even one that Twilio signed: it sent nothing that could be reported."""
    settings.SMS_STATUS_CALLBACKS = True
    api.post("/api/auth/signup", {"phone_number": DAVE})
    settings.SMS_PROVIDER = "log_only"
    assert reports(DAVE, "delivered").status_code == 403
