"""Reads what is typed into the search of the admin as where it is entered."""

from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from accounts.phone import numbers
from loopin.text import email_address, spelling

MAX_CHARACTERS = 254
"""The longest that is searched for is an e-mail address."""


def as_stored(typed: str) -> str:
    """The stored spelling of a whole number, or of any other text, such as an IP address, whose
    digits may be as many as those of a number."""
    text = spelling.normalise(typed, MAX_CHARACTERS)
    with suppress(ValueError):
        return str(ip_address(text))
    with suppress(ValidationError):
        return numbers.normalise(typed)
    return email_address.as_stored(text)


class AdminSearchMixin:
    """Finds a number in whatever spelling it is typed, and texts with pasted marks."""

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        found: tuple[Any, bool] = super().get_search_results(  # type: ignore[misc]
            request, queryset, as_stored(search_term)
        )
        return found
