"""Checks of the settings for signing in, for `manage.py check --deploy`."""

from contextlib import suppress
from itertools import product
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import override

from accounts.codes import hashing
from accounts.messaging import wording
from accounts.messaging.providers.registry import current_provider
from loopin.legal import texts
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
def keys_differ(**kwargs: Any) -> list[CheckMessage]:
    """Production refuses to start with one key for both."""
    if not settings.HAS_ONE_SECRET:
        return []
    return [
        Warning(
            "JWT_SECRET_KEY is SECRET_KEY: whoever learns one can forge what the other signs.",
            hint="Give each a value of its own; production refuses to start with one for both.",
            id="accounts.W008",
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


@register(Tags.security, deploy=True)
def notices_are_the_operator_s(**kwargs: Any) -> list[CheckMessage]:
    found = []
    for name, (language, _) in product(texts.NAMES, settings.LANGUAGES):
        with suppress(ImproperlyConfigured, OSError, UnicodeDecodeError):  # said below
            if texts.find(name, language).is_sample:
                found.append(f"{name}.{language}.md")
    if not found:
        return []
    return [
        Warning(
            f"People read samples of the privacy notice or the terms: {', '.join(found)}.",
            hint="Put your own texts into LEGAL_DIR: docs/deployment.md.",
            id="accounts.W005",
        )
    ]


@register(Tags.security, deploy=True)
def somebody_answers_complaints(**kwargs: Any) -> list[CheckMessage]:
    missing = [
        name for name in ("GRIEVANCE_NAME", "GRIEVANCE_EMAIL") if not getattr(settings, name)
    ]
    if "COMPANY_NAME" not in settings.VARIABLES_SET:
        missing.append("COMPANY_NAME")
    if not missing:
        return []
    return [
        Warning(
            "The privacy notice names nobody who answers for the data of people.",
            hint=f"Set {', '.join(missing)}.",
            id="accounts.W006",
        )
    ]


@register(Tags.security, deploy=True)
def messages_are_one_segment(**kwargs: Any) -> list[CheckMessage]:
    """The host of SITE_URL, which ends each SMS with a code, is as long as it is."""
    long = []
    for language, _ in settings.LANGUAGES:
        with override(language):
            if not wording.fits_one_segment(wording.code_text("0" * hashing.LONG_LENGTH)):
                long.append(language)
    if not long:
        return []
    return [
        Warning(
            f"Messages with the longest codes cost twice as much: {', '.join(long)}.",
            hint="Use a shorter host in SITE_URL; ANDROID_SMS_HASH takes room, too.",
            id="accounts.W007",
        )
    ]


@register(Tags.security)
def notices_can_be_read(**kwargs: Any) -> list[CheckMessage]:
    """Runs at every command, because a page that cannot be made is found by its readers
    otherwise."""
    problems = []
    for name, (language, _) in product(texts.NAMES, settings.LANGUAGES):
        try:
            unknown = texts.find(name, language).unknown_placeholders
        except (ImproperlyConfigured, OSError, UnicodeDecodeError) as error:
            problems.append(f"{name}.{language}: {error}")
            continue
        problems += [f"{name}.{language}: {{{{ {word} }}}} stands for nothing." for word in unknown]
    return [
        Error(problem, hint="docs/deployment.md says how they are written.", id="accounts.E001")
        for problem in problems
    ]
