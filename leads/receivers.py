"""Leads listens to accounts: each step of a sign-up goes into the lead, in its transaction."""

from typing import Any

from django.dispatch import receiver

from accounts import signals
from accounts.models.phone_otp import Purpose
from accounts.models.user import Account
from leads.models import Lead, LeadEvent
from leads.models.lead_event import EventKind


@receiver(signals.code_requested)
def on_code_requested(
    phone_number: str, purpose: Purpose, source: str, has_profile: bool, **kwargs: Any
) -> None:
    if purpose == Purpose.SIGN_IN and not has_profile:
        data = {"source": source}
        Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED, source=source, data=data)


@receiver(signals.code_undelivered)
def on_code_undelivered(phone_number: str, purpose: Purpose, reason: str, **kwargs: Any) -> None:
    if purpose == Purpose.SIGN_IN:
        Lead.objects.note(phone_number, EventKind.CODE_UNDELIVERED, {"reason": reason})


@receiver(signals.code_refused)
def on_code_refused(phone_number: str, purpose: Purpose, **kwargs: Any) -> None:
    if purpose == Purpose.SIGN_IN:
        Lead.objects.note(phone_number, EventKind.CODE_REFUSED)


@receiver(signals.phone_verified)
def on_phone_verified(phone_number: str, account: Account, **kwargs: Any) -> None:
    if not account.has_profile:
        Lead.objects.advance(
            phone_number, EventKind.PHONE_VERIFIED, user_id=account.pk, is_verified=True
        )


@receiver(signals.profile_completed)
def on_profile_completed(phone_number: str, user_id: int, **kwargs: Any) -> None:
    Lead.objects.advance(
        phone_number, EventKind.PROFILE_COMPLETED, user_id=user_id, is_converted=True
    )


@receiver(signals.profile_changed)
def on_profile_changed(user_id: int, **kwargs: Any) -> None:
    """The desk shows the name, and follows the timeline."""
    for lead in Lead.objects.filter(user_id=user_id):
        LeadEvent.objects.create(lead=lead, kind=EventKind.PROFILE_CHANGED)


@receiver(signals.phone_changed)
def on_phone_changed(user_id: int, phone_number: str, **kwargs: Any) -> None:
    Lead.objects.move(user_id=user_id, phone_number=phone_number)


@receiver(signals.account_deleted)
def on_account_deleted(user_id: int, phone_number: str, **kwargs: Any) -> None:
    Lead.objects.forget(user_id=user_id, phone_number=phone_number)


@receiver(signals.export_asked)
def on_export_asked(user_id: int, **kwargs: Any) -> dict[str, Any]:
    return {"lead": Lead.objects.held_on(user_id)}
