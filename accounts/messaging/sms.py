"""Sending messages and calling, and what protects the rest of the site from a slow provider."""

import logging
import threading
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from accounts.errors import NumberRefused, SmsUnavailable
from accounts.messaging import dev_inbox, wording
from accounts.messaging.channels import Channel
from loopin.logs.redaction import AS_IT_IS, masked

logger = logging.getLogger(__name__)

CONNECT_TIMEOUT_SECONDS = 2
READ_TIMEOUT_SECONDS = 5

REFUSALS_OF_THE_NUMBER = {
    *(21211, 21214, 21217, 21408, 21610, 21612, 21614),
    *(21215, 21216, 63024),
}
"""Twilio's codes for numbers that no retry will reach: invalid, landline, unsubscribed, barred; not
to be called; not on WhatsApp.

https://www.twilio.com/docs/api/errors
"""

STATUS_PATH = "/api/sms-status/"

WHATSAPP = "whatsapp:"
"""What stands before a number on that channel."""

RING_SECONDS = 30
"""Less than most voicemails take to answer, which would hear the code."""

# At most half of a process's threads wait for the provider, so the others keep serving.
_waiting = threading.BoundedSemaphore(settings.WORKER_THREADS // 2)


def send_code(
    phone_number: str, otp_code: str, *, purpose: str, channel: Channel = Channel.SMS
) -> None:
    """Hand the code to the provider, or in test mode to the log and the development inbox.

    Call it with no transaction open: it may take 7 seconds. With `SMS_STATUS_CALLBACKS` the
    provider reports what becomes of the message or call, naming the purpose.

    Raises NumberRefused if nothing can ever be delivered to the number, SmsUnavailable otherwise.
    """
    if settings.TWILIO_TEST_MODE:
        logger.info("OTP for %s: %s", phone_number, otp_code, extra=AS_IT_IS)
        dev_inbox.keep(channel, phone_number, _readable(channel, otp_code), code=otp_code)
        return
    deliver = {Channel.SMS: _text, Channel.WHATSAPP: _whatsapp, Channel.CALL: _call}[channel]
    _hand_over(phone_number, partial(deliver, otp_code, **_status_callback(purpose)))


def send_text(phone_number: str, text: str) -> None:
    """Hand a message that is not a code to the provider; all else is as in `send_code`."""
    if settings.TWILIO_TEST_MODE:
        logger.info("SMS for %s: %s", phone_number, text, extra=AS_IT_IS)
        dev_inbox.keep(Channel.SMS, phone_number, text)
        return
    _hand_over(phone_number, partial(_message, text))


def tell_of_phone_change(phone_number: str) -> None:
    """Tell the old number, if that is possible: the change stands either way."""
    try:
        send_text(phone_number, wording.phone_changed())
    except (NumberRefused, SmsUnavailable):
        logger.warning("An old number could not be told of its change")


def _readable(channel: Channel, otp_code: str) -> str:
    words = {
        Channel.SMS: wording.code_text,
        Channel.WHATSAPP: wording.code_on_whatsapp,
        Channel.CALL: wording.code_spoken,
    }
    return words[channel](otp_code)


def _text(otp_code: str, phone_number: str, **options: str) -> None:
    _message(wording.code_text(otp_code), phone_number, **options)


def _message(text: str, phone_number: str, **options: str) -> None:
    _client().messages.create(to=phone_number, body=text, **_sender(), **options)


def _whatsapp(otp_code: str, phone_number: str, **options: str) -> None:
    """Who writes first on WhatsApp must use an approved template, and may send no body:
    https://www.twilio.com/docs/api/errors/63016
    """
    _client().messages.create(
        to=f"{WHATSAPP}{phone_number}",
        from_=WHATSAPP + settings.TWILIO_WHATSAPP_NUMBER,
        content_sid=settings.TWILIO_WHATSAPP_CONTENT_SID,
        content_variables=wording.code_variables(otp_code),
        **options,
    )


def _call(otp_code: str, phone_number: str, **options: str) -> None:
    _client().calls.create(
        to=phone_number,
        from_=settings.TWILIO_PHONE_NUMBER,
        twiml=wording.call_script(otp_code),
        timeout=RING_SECONDS,
        **options,
    )


def _hand_over(phone_number: str, deliver: Callable[[str], None]) -> None:
    if not _waiting.acquire(blocking=False):
        logger.error("SMS to %s not sent: too many requests wait", masked(phone_number))
        raise SmsUnavailable
    try:
        _send(phone_number, deliver)
    finally:
        _waiting.release()


def _send(phone_number: str, deliver: Callable[[str], None]) -> None:
    try:
        deliver(phone_number)
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
