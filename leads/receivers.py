"""Listens to the signals of accounts and records each step of a sign-up in its lead, within the
statement or the transaction of the flow."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.conf import settings
from django.dispatch import receiver

from accounts import signals
from accounts.models.phone_otp import Purpose
from leads.funnel import shifts
from leads.models import Lead
from leads.models.lead_choices import Source, Trouble
from leads.models.lead_consent import Proof
from leads.models.lead_event import EventKind
from loopin.background.after_commit import attempt
from loopin.statements.composed import Part

TROUBLE_BY_REASON = {
    "country_not_allowed": Trouble.BLOCKED,
    "sms_unavailable": Trouble.NOT_DELIVERED,
}
"""The trouble of a withheld code by its reason; all other reasons are too many requests."""


SIGN_UP_PURPOSES = {Purpose.SIGN_IN, Purpose.VERIFY_PHONE}
"""The purposes of the codes that verify the number of a new account. They are sent to phones
only."""


@receiver(signals.registered)
def on_registered(phone_number: str, name: str, email: str, **details: Any) -> None:
    """Registering by e-mail names a number that is not proven, so it changes nothing that is
    known."""
    details |= {"recipient": phone_number, "source": Source.EMAIL, "channel": ""}
    data = _event_data(details) | {"proof": Proof.CLAIMED.value}
    lead = _advance(EventKind.REGISTERED, details, data)
    if lead:
        Lead.objects.introduce(lead[0], name=name, email=email)


@receiver(signals.code_requested)
def on_code_requested(**details: Any) -> Part | None:
    """The lead's part of the statement that issues the code."""
    if not _is_of_lead(details):
        return None
    return Lead.objects.advancing(
        details["recipient"],
        EventKind.CODE_REQUESTED,
        source=details["source"],
        data=_event_data(details),
        then=_assign_if_fresh,
    )


def _assign_if_fresh(lead: tuple[int, bool]) -> None:
    """The code is issued by then, so that trouble with the assignment is no failure of it: the lead
    is free, and anybody may claim it."""
    if lead[1]:
        _assign(lead)


def _assign(lead: tuple[int, bool]) -> None:
    if settings.LEAD_AUTO_ASSIGN:
        attempt("Assigning a fresh lead", partial(shifts.assign_fresh_lead, lead[0]))


@receiver(signals.consent_claimed)
def on_consent_claimed(recipient: str, contact_consent: bool, **details: Any) -> None:
    if _is_of_lead(details):
        _answer(Proof.CLAIMED, contact_consent, phone_number=recipient)


def _answer(proof: Proof, contact_consent: bool, **whose: Any) -> None:
    """Whoever may be called from now on goes to an agent."""
    lead_id = Lead.objects.answer(proof, contact_consent=contact_consent, **whose)
    if contact_consent:
        shifts.assign_fresh_lead(lead_id)


@receiver(signals.code_withheld)
def on_code_withheld(reason: str, **details: Any) -> None:
    """Whoever asked for a code becomes a lead, even if none was sent."""
    if _is_of_lead(details):
        trouble = TROUBLE_BY_REASON.get(reason, Trouble.RATE_LIMITED)
        data = _event_data(details) | {"reason": reason}
        _advance(EventKind.CODE_WITHHELD, details, data, trouble=trouble)


def _is_of_lead(details: dict[str, Any]) -> bool:
    return details["purpose"] in SIGN_UP_PURPOSES and not details["has_profile"]


def _event_data(details: dict[str, Any]) -> dict[str, Any]:
    """What the timeline stores of a request."""
    return {name: details[name] for name in ("source", "channel", "ip_country") if details[name]}


def _advance(
    kind: EventKind, details: dict[str, Any], data: dict[str, Any], *, trouble: str = ""
) -> tuple[int, bool] | None:
    advanced = Lead.objects.advance(
        details["recipient"],
        kind,
        source=details["source"],
        trouble=trouble,
        data=data,
    )
    if advanced and advanced[1]:
        shifts.assign_fresh_lead(advanced[0])
    return advanced


@receiver(signals.code_delivered)
def on_code_delivered(recipient: str, purpose: Purpose, **kwargs: Any) -> None:
    if purpose in SIGN_UP_PURPOSES:
        Lead.objects.note(recipient, EventKind.CODE_DELIVERED, is_delivered=True)


@receiver(signals.code_undelivered)
def on_code_undelivered(recipient: str, purpose: Purpose, reason: str, **kwargs: Any) -> None:
    if purpose in SIGN_UP_PURPOSES:
        Lead.objects.note(
            recipient,
            EventKind.CODE_UNDELIVERED,
            {"reason": reason},
            trouble=Trouble.NOT_DELIVERED,
        )


@receiver(signals.code_unconfirmed)
def on_code_unconfirmed(recipient: str, purpose: Purpose, **kwargs: Any) -> None:
    """It is no trouble yet: the code may have arrived."""
    if purpose in SIGN_UP_PURPOSES:
        Lead.objects.note(recipient, EventKind.CODE_UNCONFIRMED)


def _receiver_of_attempt(kind: EventKind, trouble: Trouble) -> Callable[..., None]:
    """A receiver for a typed code that was not accepted. Typing it shows that a message arrived."""

    def note(recipient: str, purpose: Purpose, **kwargs: Any) -> None:
        if purpose in SIGN_UP_PURPOSES:
            Lead.objects.note(recipient, kind, trouble=trouble, is_attempted=True)

    return note


on_code_refused = _receiver_of_attempt(EventKind.CODE_REFUSED, Trouble.WRONG_CODE)
on_code_expired = _receiver_of_attempt(EventKind.CODE_EXPIRED, Trouble.EXPIRED)
on_code_locked = _receiver_of_attempt(EventKind.CODE_LOCKED, Trouble.WRONG_CODE)
signals.code_refused.connect(on_code_refused)
signals.code_expired.connect(on_code_expired)
signals.code_locked.connect(on_code_locked)


@receiver(signals.phone_verified)
def on_phone_verified(
    phone_number: str, name: str, contact_consent: bool | None, **kwargs: Any
) -> Part:
    """What the person says replaces what others claimed before the number was proven."""
    said = {"contact_consent": contact_consent, "proof": Proof.PROVEN.value}
    return Lead.objects.advancing(
        phone_number,
        EventKind.PHONE_VERIFIED,
        is_of_permitted=True,
        is_verified=True,
        name=name,
        contact_consent=contact_consent,
        data={} if contact_consent is None else said,
        then=_assign if contact_consent else None,
    )


@receiver(signals.profile_step_saved)
def on_profile_step_saved(
    phone_number: str, step: str, number: int, name: str, email: str, **kwargs: Any
) -> None:
    """A profile of version 1 is a step, too: its lead stays open until the whole profile is
    there."""
    Lead.objects.record_profile_step(phone_number, step=step, number=number, name=name, email=email)


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
    Lead.objects.change_number(user_id=user_id, phone_number=phone_number)


@receiver(signals.account_deleted)
def on_account_deleted(
    user_id: int,
    phone_number: str | None,
    claimed_phone_number: str,
    email: str,
    **kwargs: Any,
) -> None:
    """The number that the person claimed may belong to somebody else, whose lead only loses what
    this person said about it. A lead that exists by their claim alone goes."""
    Lead.objects.forget(user_id=user_id, phone_number=phone_number)
    if claimed_phone_number:
        Lead.objects.forget_claim(claimed_phone_number, email=email)


@receiver(signals.consent_changed)
def on_consent_changed(user_id: int, contact_consent: bool, **kwargs: Any) -> None:
    _answer(Proof.PROVEN, contact_consent, user_id=user_id)


@receiver(signals.consent_requested)
def on_consent_asked(user_ids: Collection[int], **kwargs: Any) -> dict[int, dict[str, Any]]:
    fields = ("user_id", "status", "consent_at", "refused_at", "consent_proof")
    leads = Lead.objects.filter(user_id__in=user_ids).only(*fields)
    return {lead.user_id: lead.contact_consent for lead in leads if lead.user_id}


@receiver(signals.export_requested)
def on_export_asked(user_id: int, **kwargs: Any) -> dict[str, Any]:
    return {"lead": Lead.objects.personal_data_of(user_id)}
