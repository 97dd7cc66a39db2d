"""Delivery reports: the URL that providers send them to, and the signals that pass them on."""

import re

from django.conf import settings
from django.db import transaction

from accounts import signals
from accounts.messaging import funnel
from accounts.messaging.providers.base import DeliveryReport
from accounts.models import PhoneOTP
from accounts.models.phone_otp import Purpose
from accounts.models.user import E164_PATTERN

REPORT_PATH = "/api/sms-status/"


def report_url(purpose: str) -> str:
    """The URL for the delivery report of a code, or "" if no report is wanted.

    The query names the purpose, since reports do not. Providers call no plain HTTP, and Twilio
    takes no message with an address that it cannot reach:
    https://www.twilio.com/docs/api/errors/21609
    """
    if not settings.SMS_STATUS_CALLBACKS or not settings.SITE_URL.startswith("https://"):
        return ""
    return public_url(f"{REPORT_PATH}?purpose={purpose}")


def public_url(path: str) -> str:
    """The full URL of one of our paths, as the provider knows it."""
    return settings.SITE_URL.rstrip("/") + path


@transaction.atomic
def announce(report: DeliveryReport, *, purpose: str) -> None:
    """Send the signal of a report. Reports may repeat and come in any order; each one is passed
    on."""
    if purpose not in Purpose.values or not re.match(E164_PATTERN, report.phone_number):
        return
    about = {"recipient": report.phone_number, "purpose": Purpose(purpose)}
    if report.reason is None:
        signals.code_delivered.send(PhoneOTP, **about)
    else:
        signals.code_undelivered.send(PhoneOTP, **about, reason=report.reason.value)
    step = funnel.DELIVERED if report.reason is None else funnel.LOST
    funnel.count_after_commit(step, report.phone_number, report.channel)
