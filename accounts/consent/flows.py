"""Passes on whether a person may be contacted, and asks the receivers what is stored."""

from typing import Any

from django.db import transaction

from accounts import signals
from accounts.models import User


@transaction.atomic
def change(user_id: int, phone_number: str, *, contact_consent: bool) -> None:
    """Tell the receivers that store it whether the person agrees to be contacted."""
    signals.consent_changed.send(
        User, user_id=user_id, phone_number=phone_number, contact_consent=contact_consent
    )


def get_consent(user_id: int) -> dict[str, bool | None] | None:
    """Get `{"contact_consent": …}`: True, False, or None if the person did not say.

    Returns None if no receiver knows the person, so that the page does not ask.
    """
    answers: list[tuple[Any, Any]] = signals.consent_requested.send(User, user_id=user_id)
    return next((answer for _, answer in answers if answer), None)
