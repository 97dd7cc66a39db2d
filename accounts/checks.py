"""Checks of the settings for signing in, for `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Info, Tags, Warning, register

from accounts.messaging.providers.registry import current_provider
from loopin.serving.start_log import SAID_AT_START


@register(Tags.security, deploy=True)
def sms_provider_is_configured(**kwargs: Any) -> list[CheckMessage]:
    missing = current_provider().missing_settings()
    if not missing:
        return []
    return [
        Warning(
            "No SMS can be sent, so nobody can sign in.",
            hint=f"Set {', '.join(missing)}.",
            id="accounts.W001",
        )
    ]


@register(Tags.security, SAID_AT_START)
def countries_are_named(**kwargs: Any) -> list[CheckMessage]:
    """Runs at every command in production."""
    if not settings.IS_PRODUCTION or settings.SMS_ALLOWED_COUNTRIES:
        return []
    return [
        Warning(
            "Codes are sent to numbers of every country, which invites toll fraud.",
            hint="Set SMS_ALLOWED_COUNTRIES, such as IN.",
            id="accounts.W002",
        )
    ]


@register(Tags.security, SAID_AT_START, deploy=True)
def default_countries_are_told(**kwargs: Any) -> list[CheckMessage]:
    if not settings.IS_PRODUCTION or "SMS_ALLOWED_COUNTRIES" in settings.VARIABLES_SET:
        return []
    return [
        Info(
            f"Codes are sent to {', '.join(settings.SMS_ALLOWED_COUNTRIES)} alone, by default.",
            hint="Set SMS_ALLOWED_COUNTRIES to choose; * stands for all.",
            id="accounts.I001",
        )
    ]


@register(Tags.security, SAID_AT_START, deploy=True)
def default_budget_is_told(**kwargs: Any) -> list[CheckMessage]:
    if not settings.IS_PRODUCTION or "SMS_DAILY_BUDGET" in settings.VARIABLES_SET:
        return []
    return [
        Info(
            f"At most {settings.SMS_DAILY_BUDGET} messages are sent in a day, by default.",
            hint="Set SMS_DAILY_BUDGET to choose; 0 stands for no limit.",
            id="accounts.I002",
        )
    ]


@register(Tags.security, deploy=True)
def staff_need_a_second_factor(**kwargs: Any) -> list[CheckMessage]:
    if settings.STAFF_REQUIRE_2FA:
        return []
    return [
        Warning(
            "A password alone opens the admin and the leads.",
            hint="Set STAFF_REQUIRE_2FA=true.",
            id="accounts.W003",
        )
    ]


@register(Tags.security, deploy=True)
def clients_are_told_apart(**kwargs: Any) -> list[CheckMessage]:
    if settings.TRUSTED_PROXY_COUNT > 0:
        return []
    return [
        Warning(
            "Behind a proxy all clients have its address, so that one of them uses up the limits of"
            " all.",
            hint="Set TRUSTED_PROXY_COUNT to the number of proxies: docs/deployment.md.",
            id="accounts.W004",
        )
    ]
