"""Finds out whether messages to phones can go out, and what keeps them."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Error

from accounts.messaging.providers.base import Refusal
from accounts.messaging.providers.registry import current_provider
from loopin.doctor.registry import examination
from loopin.logs.error_location import location_of

TEST_TEXT = "This is a test of Loopin. Nothing has to be done."


@examination("messages")
def provider_takes_messages() -> Iterator[CheckMessage]:
    """The provider is asked, and nothing is sent."""
    yield from _asked(current_provider().find_troubles)


def send_test(phone_number: str) -> Iterator[CheckMessage]:
    """Send a text, and say what keeps it from going out."""

    def send() -> list[str]:
        current_provider().send_text(phone_number, TEST_TEXT)
        return []

    return _asked(send)


def _asked(ask: Callable[[], list[str]]) -> Iterator[CheckMessage]:
    for trouble in _troubles(ask):
        yield Error(f"Messages do not go out. {trouble}", id="accounts.E100")


def _troubles(ask: Callable[[], list[str]]) -> list[str]:
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
