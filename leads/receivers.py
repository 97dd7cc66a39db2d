"""Leads listens to accounts: each step of a sign-up goes into the lead, in its transaction."""

from collections.abc import Callable
from typing import Any

from django.dispatch import receiver

from accounts import signals
from accounts.models.account import Account
from accounts.models.phone_otp import Purpose
from leads.funnel import shifts
from leads.models import Lead
from leads.models.lead_choices import Source, Trouble
from leads.models.lead_event import EventKind

STOPPED_BY = {"country_not_allowed": Trouble.BLOCKED}
"""Why a code was withheld, where it was not for too many requests."""


OF_SIGN_UP = {Purpose.SIGN_IN, Purpose.VERIFY_PHONE}
"""What codes are for that lead to an account with a proven number; they go to phones alone."""


@receiver(signals.registered)
def on_registered(phone_number: str, name: str, email: str, **asked: Any) -> None:
    """Who registers by e-mail says whose number it is; what is known of the number stands."""
    told = asked | {"recipient": phone_number, "source": Source.EMAIL, "channel": ""}
    lead = _advance(EventKind.REGISTERED, told, _how(told))
    if lead:
        Lead.objects.introduce(lead[0], name=name, email=email)


@receiver(signals.code_requested)
def on_code_requested(**asked: Any) -> None:
    if _is_of_lead(asked):
        _advance(EventKind.CODE_REQUESTED, asked, _how(asked))


@receiver(signals.code_withheld)
def on_code_withheld(reason: str, **asked: Any) -> None:
    """Who asked for a code is a lead, whether there was one or not."""
    if _is_of_lead(asked):
        trouble = STOPPED_BY.get(reason, Trouble.RATE_LIMITED)
        data = _how(asked) | {"reason": reason}
        _advance(EventKind.CODE_WITHHELD, asked, data, trouble=trouble)


def _is_of_lead(asked: dict[str, Any]) -> bool:
    return asked["purpose"] in OF_SIGN_UP and not asked["has_profile"]


def _how(asked: dict[str, Any]) -> dict[str, Any]:
    """What the timeline keeps of a request."""
    told = {name: asked[name] for name in ("source", "channel", "ip_country") if asked[name]}
    consent = asked["contact_consent"]
    return told if consent is None else told | {"contact_consent": consent}


def _advance(
    kind: EventKind, asked: dict[str, Any], data: dict[str, Any], *, trouble: str = ""
) -> tuple[int, bool] | None:
    advanced = Lead.objects.advance(
        asked["recipient"],
        kind,
        source=asked["source"],
        contact_consent=asked["contact_consent"],
        trouble=trouble,
        data=data,
    )
    shifts.give_fresh(advanced)
    return advanced


@receiver(signals.code_delivered)
def on_code_delivered(recipient: str, purpose: Purpose, **kwargs: Any) -> None:
    if purpose in OF_SIGN_UP:
        Lead.objects.note(recipient, EventKind.CODE_DELIVERED, is_delivered=True)


@receiver(signals.code_undelivered)
def on_code_undelivered(recipient: str, purpose: Purpose, reason: str, **kwargs: Any) -> None:
    if purpose in OF_SIGN_UP:
        Lead.objects.note(
            recipient,
            EventKind.CODE_UNDELIVERED,
            {"reason": reason},
            trouble=Trouble.NOT_DELIVERED,
        )


def _on_typed(kind: EventKind, trouble: Trouble) -> Callable[..., None]:
    """Somebody typed a code that did not let them in: it arrived, then."""

    def note(recipient: str, purpose: Purpose, **kwargs: Any) -> None:
        if purpose in OF_SIGN_UP:
            Lead.objects.note(recipient, kind, trouble=trouble, is_attempted=True)

    return note


on_code_refused = _on_typed(EventKind.CODE_REFUSED, Trouble.WRONG_CODE)
on_code_expired = _on_typed(EventKind.CODE_EXPIRED, Trouble.EXPIRED)
on_code_locked = _on_typed(EventKind.CODE_LOCKED, Trouble.WRONG_CODE)
signals.code_refused.connect(on_code_refused)
signals.code_expired.connect(on_code_expired)
signals.code_locked.connect(on_code_locked)


@receiver(signals.phone_verified)
def on_phone_verified(phone_number: str, account: Account, **kwargs: Any) -> None:
    if not account.has_profile:
        Lead.objects.advance(
            phone_number, EventKind.PHONE_VERIFIED, user_id=account.pk, is_verified=True
        )


@receiver(signals.profile_step_saved)
def on_profile_step_saved(
    phone_number: str, step: str, number: int, name: str, **kwargs: Any
) -> None:
    Lead.objects.step(phone_number, step=step, number=number, name=name)


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
def on_account_deleted(
    user_id: int,
    phone_number: str | None,
    claimed_phone_number: str,
    email: str,
    **kwargs: Any,
) -> None:
    """The lead of a claimed number may be another's: it loses what this person said of it."""
    Lead.objects.forget(user_id=user_id, phone_number=phone_number)
    if claimed_phone_number:
        Lead.objects.take_back(claimed_phone_number, email=email)


@receiver(signals.consent_changed)
def on_consent_changed(user_id: int, contact_consent: bool, **kwargs: Any) -> None:
    Lead.objects.consent(user_id=user_id, is_given=contact_consent)


@receiver(signals.consent_asked)
def on_consent_asked(user_id: int, **kwargs: Any) -> dict[str, bool] | None:
    agreed_at = Lead.objects.filter(user_id=user_id).values_list("consent_at", flat=True)
    known = list(agreed_at[:1])
    return {"contact_consent": known[0] is not None} if known else None


@receiver(signals.export_asked)
def on_export_asked(user_id: int, **kwargs: Any) -> dict[str, Any]:
    return {"lead": Lead.objects.held_on(user_id)}
