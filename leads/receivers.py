"""Leads listens to accounts: each step of a sign-up goes into the lead, in its transaction."""

from typing import Any

from django.dispatch import receiver

from accounts import signals
from accounts.models.phone_otp import Purpose
from accounts.models.user import Account
from leads.flows import shifts
from leads.models import Lead
from leads.models.lead import Trouble
from leads.models.lead_event import EventKind


@receiver(signals.code_requested)
def on_code_requested(
    phone_number: str, purpose: Purpose, source: str, has_profile: bool, **kwargs: Any
) -> None:
    if purpose == Purpose.SIGN_IN and not has_profile:
        data = {"source": source}
        advanced = Lead.objects.advance(
            phone_number, EventKind.CODE_REQUESTED, source=source, data=data
        )
        shifts.give_fresh(advanced)


@receiver(signals.code_undelivered)
def on_code_undelivered(phone_number: str, purpose: Purpose, reason: str, **kwargs: Any) -> None:
    if purpose == Purpose.SIGN_IN:
        Lead.objects.note(
            phone_number,
            EventKind.CODE_UNDELIVERED,
            {"reason": reason},
            trouble=Trouble.NOT_DELIVERED,
        )


@receiver(signals.code_refused)
def on_code_refused(phone_number: str, purpose: Purpose, **kwargs: Any) -> None:
    if purpose == Purpose.SIGN_IN:
        Lead.objects.note(
            phone_number, EventKind.CODE_REFUSED, trouble=Trouble.WRONG_CODE, is_attempted=True
        )


@receiver(signals.phone_verified)
def on_phone_verified(phone_number: str, account: Account, **kwargs: Any) -> None:
    if not account.has_profile:
        Lead.objects.advance(
            phone_number, EventKind.PHONE_VERIFIED, user_id=account.pk, is_verified=True
        )


@receiver(signals.profile_completed)
def on_profile_completed(
    phone_number: str, user_id: int, name: str, email: str, **kwargs: Any
) -> None:
    Lead.objects.advance(
        phone_number,
        EventKind.PROFILE_COMPLETED,
        user_id=user_id,
        is_converted=True,
        name=name,
        email=email,
    )


@receiver(signals.profile_changed)
def on_profile_changed(user_id: int, name: str, email: str, **kwargs: Any) -> None:
    Lead.objects.rename(user_id=user_id, name=name, email=email)


@receiver(signals.phone_changed)
def on_phone_changed(user_id: int, phone_number: str, **kwargs: Any) -> None:
    Lead.objects.move(user_id=user_id, phone_number=phone_number)


@receiver(signals.account_deleted)
def on_account_deleted(user_id: int, phone_number: str, **kwargs: Any) -> None:
    Lead.objects.forget(user_id=user_id, phone_number=phone_number)


@receiver(signals.export_asked)
def on_export_asked(user_id: int, **kwargs: Any) -> dict[str, Any]:
    return {"lead": Lead.objects.held_on(user_id)}
