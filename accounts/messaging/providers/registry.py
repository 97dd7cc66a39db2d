"""Finds the provider that the settings name."""

from functools import cache
from importlib import import_module

from django.conf import settings

from accounts.messaging.providers.base import Provider


def current_provider() -> Provider:
    """The provider that `SMS_PROVIDER` names."""
    return _load(settings.SMS_PROVIDER)


@cache
def _load(name: str) -> Provider:
    """One object for the process, which keeps the connections to its provider open."""
    provider: Provider = import_module(f"accounts.messaging.providers.{name}").SmsProvider()
    return provider
