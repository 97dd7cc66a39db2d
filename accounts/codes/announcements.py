"""Tells other apps of requests for codes: what was asked for, and what became of it."""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from accounts import limits, signals
from accounts.codes.request import CodeRequest
from accounts.codes.risk import RecipientRisk
from accounts.models import PhoneOTP, User
from accounts.models.phone_otp import Purpose
from accounts.models.rate_counter import Limit
from loopin.background.after_commit import attempt
from loopin.statements.composed import Part
from loopin.web.client_network import get_network


def facts_of(
    recipient: str, purpose: Purpose, code_request: CodeRequest, recipient_risk: RecipientRisk
) -> dict[str, Any]:
    """What the signals about a request carry, whether a code is sent or not."""
    account = recipient_risk.account
    return {
        "recipient": recipient,
        "purpose": purpose,
        "source": code_request.source,
        "channel": code_request.channel.value,
        "ip_country": code_request.ip_country,
        "is_proven": account is not None and account.is_verified,
        "has_profile": account is not None and account.has_profile,
    }


def tell_claim(facts: dict[str, Any], contact_consent: bool | None) -> None:
    """Tell what was said of a number that nobody has proven, once the request has succeeded.

    The code is sent by then, so a receiver in trouble is no failure of the request. What was said
    comes with the code once more when it is typed.
    """
    if contact_consent is not None and not facts["is_proven"]:
        tell = partial(signals.consent_claimed.send, PhoneOTP, **facts)
        attempt("Telling of a consent", partial(tell, contact_consent=contact_consent))


def parts_of_verified(
    phone_number: str, contact_consent: bool | None, *, name: str = ""
) -> list[Part]:
    """What others add to the statement in which a number is proven, as `phone_verified` says."""
    answers: list[tuple[Any, Any]] = signals.phone_verified.send(
        User, phone_number=phone_number, name=name, contact_consent=contact_consent
    )
    return [part for _, part in answers if part is not None]


def tell_refusal(facts: dict[str, Any], reason: str, client_ip: str) -> None:
    """Send the signal in a transaction of its own, because that of the request is rolled back.

    A receiver in trouble does not hide from the person why there is no code.
    """
    attempt("Telling of a refusal", partial(_tell_refusal, facts, reason, client_ip))


@transaction.atomic
def _tell_refusal(facts: dict[str, Any], reason: str, client_ip: str) -> None:
    if limits.try_spend(limits.WITHHELD_REPORTS.limit_for(get_network(client_ip))):
        signals.code_withheld.send(PhoneOTP, **facts, reason=reason)


def tell_refused_code(
    signal: Signal, recipient: str, purpose: Purpose, limit: Limit | None = None
) -> None:
    """Tell that a code was not accepted, at most as often as the limit says.

    The guess is committed, and whatever a receiver does, its answer is that of the guess.
    """
    tell = partial(_tell_refused_code, signal, recipient, purpose, limit)
    attempt("Telling of a refused code", tell)


def _tell_refused_code(
    signal: Signal, recipient: str, purpose: Purpose, limit: Limit | None
) -> None:
    if limit is None or limits.try_spend(limit):
        signal.send(PhoneOTP, recipient=recipient, purpose=purpose)
