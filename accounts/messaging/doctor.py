"""Finds out whether messages to phones can go out, and what keeps them."""

from collections.abc import Callable

from django.conf import settings

from accounts.messaging.providers.base import Refusal
from accounts.messaging.providers.registry import current_provider
from loopin.logs.error_location import location_of

TEST_TEXT = "This is a test of Loopin. Nothing has to be done."


def find_troubles() -> list[str]:
    """What keeps messages from going out, each with what to do; nothing is sent."""
    return _asked(current_provider().find_troubles)


def send_test(phone_number: str) -> list[str]:
    """Send a text, and say what keeps it from going out."""

    def send() -> list[str]:
        current_provider().send_text(phone_number, TEST_TEXT)
        return []

    return _asked(send)


def _asked(ask: Callable[[], list[str]]) -> list[str]:
    """What the provider says, or that it refuses us, or does not answer."""
    try:
        return ask()
    except Refusal as refusal:
        return [f"{settings.SMS_PROVIDER} refuses: {refusal}"]
    except Exception as error:  # whatever a client makes of a provider in trouble
        return [
            f"{settings.SMS_PROVIDER} does not answer ({location_of(error)}). Check that this"
            " machine reaches it."
        ]
