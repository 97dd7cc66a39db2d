"""Checks of the settings for signing in, for `manage.py check --deploy`."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from accounts.messaging.providers.registry import current_provider


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


@register(Tags.security)
def countries_are_named(**kwargs: Any) -> list[CheckMessage]:
    """Runs at every command in production, so it warns when the server starts, too."""
    if not settings.IS_PRODUCTION or settings.SMS_ALLOWED_COUNTRIES:
        return []
    return [
        Warning(
            "Codes are sent to numbers of every country, which invites toll fraud.",
            hint="Set SMS_ALLOWED_COUNTRIES, such as IN.",
            id="accounts.W002",
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
