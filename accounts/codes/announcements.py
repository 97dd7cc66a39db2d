"""Tells other apps of requests for codes: what was asked for, and what became of it."""

from typing import Any

from django.db import transaction

from accounts import limits, signals
from accounts.codes.request import CodeRequest
from accounts.codes.risk import RecipientRisk
from accounts.models import PhoneOTP
from accounts.models.phone_otp import Purpose
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
    """Tell what was said of a number that nobody has proven, once the request has succeeded."""
    if contact_consent is not None and not facts["is_proven"]:
        signals.consent_claimed.send(PhoneOTP, **facts, contact_consent=contact_consent)


def tell_refusal(facts: dict[str, Any], reason: str, client_ip: str) -> None:
    """Send the signal in a transaction of its own, because that of the request is rolled back."""
    with transaction.atomic():
        if limits.try_spend(limits.WITHHELD_REPORTS.limit_for(get_network(client_ip))):
            signals.code_withheld.send(PhoneOTP, **facts, reason=reason)
