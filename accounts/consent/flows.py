"""Passes on whether a person may be contacted, and asks the receivers what is stored."""

from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts import signals
from accounts.models import User

Said = dict[str, Any]
"""What a person said, as `signals.consent_requested` describes it."""


@transaction.atomic
def change(user_id: int, phone_number: str, *, contact_consent: bool) -> None:
    """Tell the receivers that store it whether the person agrees to be contacted."""
    signals.consent_changed.send(
        User, user_id=user_id, phone_number=phone_number, contact_consent=contact_consent
    )


def get_consents(user_ids: Collection[int]) -> dict[int, Said]:
    """What these people said, by their ids; nothing of those whom no receiver knows."""
    answers: list[tuple[Any, Any]] = signals.consent_requested.send(User, user_ids=user_ids)
    return {user_id: said for _, known in answers for user_id, said in (known or {}).items()}


def get_consent(user_id: int) -> Said | None:
    """What a person said. None if no receiver knows them, so that the page does not ask."""
    return get_consents([user_id]).get(user_id)
