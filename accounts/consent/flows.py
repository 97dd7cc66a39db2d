"""Whether a person may be contacted: they say it here, and who keeps it hears of it."""

from typing import Any

from django.db import transaction

from accounts import signals
from accounts.models import User


@transaction.atomic
def change(user_id: int, phone_number: str, *, contact_consent: bool) -> None:
    """Tell those who keep it that the person agrees to be contacted, or does not."""
    signals.consent_changed.send(
        User, user_id=user_id, phone_number=phone_number, contact_consent=contact_consent
    )


def get_consent(user_id: int) -> dict[str, bool | None] | None:
    """`{"contact_consent": …}`: what the person said, None inside if they said nothing.

    None if nobody keeps it, so that there is no use in asking.
    """
    answers: list[tuple[Any, Any]] = signals.consent_requested.send(User, user_id=user_id)
    return next((answer for _, answer in answers if answer), None)
