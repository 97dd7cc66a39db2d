"""Checks of the settings that every part of the product reads, for `manage.py check --deploy`."""

import re
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

from loopin.config.database import TIME_LIMITS
from loopin.sql import fetch_rows

GUESSABLE = re.compile(r"change.?me|secret|password|example|insecure|default|loopin", re.IGNORECASE)
"""Words of keys that somebody typed or copied from a guide."""

FEWEST_CHARACTERS = 32
FEWEST_DIFFERENT = 10
"""Of 64 random hexadecimal digits, fewer are different in one key of 10 000. Django's own
security.W009 asks for five, of SECRET_KEY alone."""

MAKE_A_KEY = 'python3 -c "import secrets; print(secrets.token_hex(48))"'


@register(Tags.security, deploy=True)
def site_url_is_public(**kwargs: Any) -> list[CheckMessage]:
    address = urlsplit(settings.SITE_URL)
    if address.scheme == "https" and not _is_this_machine(address.hostname or ""):
        return []
    return [
        Error(
            f"SITE_URL is {settings.SITE_URL}: links in messages and the addresses of pictures lead"
            " nowhere on people's phones.",
            hint="Set SITE_URL to the address that people open, such as https://loopin.example.",
            id="loopin.E001",
        )
    ]


def _is_this_machine(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


@register(Tags.security, deploy=True)
def keys_cannot_be_guessed(**kwargs: Any) -> list[CheckMessage]:
    keys = {"SECRET_KEY": [settings.SECRET_KEY], "ENCRYPTION_KEYS": settings.ENCRYPTION_KEYS[:-1]}
    keys["JWT_SECRET_KEY"] = [
        key.signing_key for key in settings.JWT_KEYS if key.public_jwk is None
    ]
    return [
        Error(
            f"{name} is short, has few different characters or a word that can be guessed.",
            hint=f"Make one: {MAKE_A_KEY}. What a new key ends stands in"
            " docs/deployment.md#secrets-and-what-changing-them-does.",
            id="loopin.E002",
        )
        for name, values in keys.items()
        if any(map(_is_weak, values))
    ]


def _is_weak(key: str) -> bool:
    is_long = len(key) >= FEWEST_CHARACTERS and len(set(key)) >= FEWEST_DIFFERENT
    return not is_long or GUESSABLE.search(key) is not None


@register(Tags.security, deploy=True)
def email_can_be_sent(**kwargs: Any) -> list[CheckMessage]:
    if settings.EMAIL_HOST:
        return []
    who = "The log-in page" if settings.EMAIL_LOGIN_ENABLED else "The API"
    return [
        Warning(
            f"{who} offers e-mail, and no e-mail can be sent: nobody can confirm an address or"
            " choose another password.",
            hint="Set EMAIL_HOST, and EMAIL_FROM to a sender of your own domain;"
            " EMAIL_LOGIN_ENABLED=false takes the log-in by e-mail off the pages.",
            id="loopin.W001",
        )
    ]


@register(Tags.security, deploy=True)
def metrics_are_not_for_everybody(**kwargs: Any) -> list[CheckMessage]:
    is_local = _is_this_machine(settings.METRICS_HOST)
    if not settings.METRICS_PORT or settings.METRICS_TOKEN or is_local:
        return []
    return [
        Warning(
            "Whoever reaches the port of the metrics learns how many people sign up.",
            hint="Set METRICS_TOKEN, or METRICS_HOST=127.0.0.1 if Prometheus runs on this machine.",
            id="loopin.W003",
        )
    ]


UNLIMITED = """
SELECT current_user, name FROM pg_settings WHERE name = ANY(%s) AND reset_val = '0' ORDER BY name
"""
"""`reset_val` is what role, database and server say, and not what somebody else in the pool set."""


@register(Tags.database)
def pooled_role_has_limits(databases: Sequence[str] | None = None, **kwargs: Any) -> list[Warning]:
    """PgBouncer passes no limits on when a connection is opened, so the role has to have them.

    It asks the database, so it runs where that is meant: at `check --database default`, at
    `migrate` and at `doctor`.
    """
    is_pooled = connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]
    if not is_pooled or "default" not in (databases or ()):
        return []
    unlimited = fetch_rows(UNLIMITED, [list(TIME_LIMITS)])
    if not unlimited:
        return []
    lines = [
        f"ALTER ROLE {connection.ops.quote_name(role)} SET {name} = '{TIME_LIMITS[name]}ms';"
        for role, name in unlimited
    ]
    return [
        Warning(
            f"DB_POOLED is on, and the role has no {', '.join(name for _, name in unlimited)}: one"
            " slow statement keeps a connection of the pool from everybody else.",
            hint="\n".join(["Run, and then RECONNECT in the console of PgBouncer:", *lines]),
            id="loopin.W002",
        )
    ]
