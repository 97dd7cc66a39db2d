"""Sending messages, and what protects the rest of the site from a slow provider."""

import logging
import threading
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from accounts.errors import NumberRefused, SmsUnavailable
from loopin.redaction import AS_IT_IS, masked

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5

REFUSALS_OF_THE_NUMBER = {21211, 21214, 21217, 21408, 21610, 21612, 21614}
"""Twilio's codes for numbers that no retry will reach: invalid, landline, unsubscribed, barred.

https://www.twilio.com/docs/api/errors
"""

STATUS_PATH = "/api/sms-status/"

PHONE_CHANGED = (
    "Your Loopin account has another phone number from now on, and this one no longer signs in."
    " If that was not you, please contact support."
)

# At most half of a process's threads wait for the provider, so the others keep serving.
_waiting = threading.BoundedSemaphore(settings.WORKER_THREADS // 2)


def send_code(phone_number: str, otp_code: str, *, purpose: str) -> None:
    """Hand the code to the provider, or write it to the log in test mode.

    Call it with no transaction open: it may take 7 seconds. With `SMS_STATUS_CALLBACKS` the
    provider reports what becomes of the message, naming the purpose.

    Raises NumberRefused if nothing can ever be delivered to the number, SmsUnavailable otherwise.
    """
    if settings.TWILIO_TEST_MODE:
        logger.info("OTP for %s: %s", phone_number, otp_code, extra=AS_IT_IS)
        return
    _hand_over(phone_number, _text(otp_code), **_status_callback(purpose))


def send_text(phone_number: str, text: str) -> None:
    """Hand a message that is not a code to the provider; all else is as in `send_code`."""
    if settings.TWILIO_TEST_MODE:
        logger.info("SMS for %s: %s", phone_number, text, extra=AS_IT_IS)
        return
    _hand_over(phone_number, text)


def tell_of_phone_change(phone_number: str) -> None:
    """Tell the old number, if that is possible: the change stands either way."""
    try:
        send_text(phone_number, PHONE_CHANGED)
    except (NumberRefused, SmsUnavailable):
        logger.warning("An old number could not be told of its change")


def _hand_over(phone_number: str, text: str, **options: str) -> None:
    if not _waiting.acquire(blocking=False):
        logger.error("SMS to %s not sent: too many requests wait", masked(phone_number))
        raise SmsUnavailable
    try:
        _send(phone_number, text, options)
    finally:
        _waiting.release()


def _text(otp_code: str) -> str:
    """One GSM-7 segment. The last line lets browsers fill the code in (WebOTP)."""
    minutes = settings.OTP_LIFETIME_SECONDS // 60
    return (
        f"{otp_code} is your Loopin code. It works for {minutes} minutes. Do not share it.\n\n"
        f"@{urlsplit(settings.SITE_URL).hostname} #{otp_code}"
    )


def _send(phone_number: str, text: str, options: dict[str, str]) -> None:
    try:
        _client().messages.create(to=phone_number, body=text, **_sender(), **options)
    except TwilioRestException as error:
        # Its message quotes the number, so only the code is logged.
        logger.warning(
            "SMS to %s refused: status %s, Twilio code %s",
            masked(phone_number),
            error.status,
            error.code,
        )
        is_final = error.code in REFUSALS_OF_THE_NUMBER
        raise (NumberRefused() if is_final else SmsUnavailable()) from None
    except Exception as error:  # whatever else the SDK makes of a provider in trouble
        kind = type(error).__name__
        logger.error("SMS to %s not sent: %s", masked(phone_number), kind)  # noqa: TRY400  no number leaks
        raise SmsUnavailable from None


def _status_callback(purpose: str) -> dict[str, str]:
    """The provider does not call plain HTTP, and takes no message with an address it cannot reach:
    https://www.twilio.com/docs/api/errors/21609
    """
    if not settings.SMS_STATUS_CALLBACKS or not settings.SITE_URL.startswith("https://"):
        return {}
    return {"status_callback": public_address(f"{STATUS_PATH}?purpose={purpose}")}


def public_address(path: str) -> str:
    """A path of ours as the provider knows it."""
    return settings.SITE_URL.rstrip("/") + path


def _sender() -> dict[str, str]:
    if settings.TWILIO_MESSAGING_SERVICE_SID:
        return {"messaging_service_sid": settings.TWILIO_MESSAGING_SERVICE_SID}
    return {"from_": settings.TWILIO_PHONE_NUMBER}


@cache
def _client() -> Client:
    http_client = TwilioHttpClient()
    for scheme in ("https://", "http://"):
        http_client.session.mount(scheme, _ImpatientAdapter(pool_maxsize=settings.WORKER_THREADS))
    client = Client(
        settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http_client
    )
    client.api.base_url = settings.TWILIO_API_URL
    return client


class _ImpatientAdapter(HTTPAdapter):
    """The SDK knows one timeout for everything; connecting deserves a shorter one."""

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        kwargs["timeout"] = (CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS)
        return super().send(*args, **kwargs)
