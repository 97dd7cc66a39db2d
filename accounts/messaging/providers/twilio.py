"""Sends SMS, WhatsApp messages and calls through Twilio."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.message import MessageInstance
from twilio.twiml.voice_response import VoiceResponse

from accounts.messaging import wording
from accounts.messaging.channels import Channel
from accounts.messaging.providers.base import DeliveryReport, Provider, Refusal, UndeliveredReason
from accounts.messaging.providers.http import limit_waiting
from accounts.messaging.providers.twilio_errors import OF_ACCOUNT, TROUBLES, explain
from loopin.logs.redaction import masked

logger = logging.getLogger(__name__)

REFUSED_NUMBERS = {
    *(21211, 21214, 21217, 21266, 21408, 21610, 21612, 21614),
    *(21215, 21216, 63024),
}
"""Twilio's codes for numbers that no retry will reach: invalid, the site's own, landline,
unsubscribed, barred; not to be called; not on WhatsApp.

https://www.twilio.com/docs/api/errors
"""

DELIVERED = {"delivered", "completed"}
UNANSWERED = {"busy", "no-answer"}
UNDELIVERED = {"undelivered", "failed", *UNANSWERED}
"""The statuses of messages and calls after which no other comes.

https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
https://www.twilio.com/docs/voice/api/call-resource#call-status-values
"""

REASONS = {
    "21610": UndeliveredReason.UNSUBSCRIBED,
    "30003": UndeliveredReason.UNREACHABLE,
    "30004": UndeliveredReason.BLOCKED,
    "30005": UndeliveredReason.UNKNOWN_NUMBER,
    "30006": UndeliveredReason.LANDLINE,
    "30007": UndeliveredReason.FILTERED,
    "63024": UndeliveredReason.UNREACHABLE,
}
"""Twilio's codes that say something about the number; https://www.twilio.com/docs/api/errors"""

WHATSAPP_PREFIX = "whatsapp:"
"""The prefix of phone numbers on that channel."""

UNEXPLAINED = "other"

RING_SECONDS = 30
"""Less than most voicemails take to answer, which would hear the code."""

VOICE = "Polly.Aditi"
"""An Amazon voice that speaks Hindi and English; https://www.twilio.com/docs/voice/twiml/say/text-speech"""

VOICE_LANGUAGES = {"hi": "hi-IN"}
OTHER_VOICE_LANGUAGE = "en-IN"


class SmsProvider(Provider):
    def send_code(
        self, phone_number: str, otp_code: str, *, channel: Channel, report_url: str
    ) -> str:
        send = {
            Channel.SMS: self._send_sms_code,
            Channel.WHATSAPP: self._send_whatsapp_code,
            Channel.CALL: self._call,
        }[channel]
        # Without an address Twilio is not asked for reports.
        options = {"status_callback": report_url} if report_url else {}
        with _refusals():
            return send(phone_number, otp_code, options)

    def send_text(self, phone_number: str, text: str) -> str:
        with _refusals():
            return _id(self._client.messages.create(to=phone_number, body=text, **_sender()))

    def missing_settings(self) -> list[str]:
        has_sender = settings.TWILIO_MESSAGING_SERVICE_SID or settings.TWILIO_PHONE_NUMBER
        needed = {
            "TWILIO_ACCOUNT_SID": settings.TWILIO_ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": settings.TWILIO_AUTH_TOKEN,
            "TWILIO_MESSAGING_SERVICE_SID or TWILIO_PHONE_NUMBER": has_sender,
        }
        return [name for name, value in needed.items() if not value]

    def find_troubles(self) -> list[str]:
        """Reads the account and its number. A messaging service is proven by sending alone."""
        if missing := self.missing_settings():
            return [f"Set {', '.join(missing)}."]
        with _refusals():
            account = self._client.api.accounts(settings.TWILIO_ACCOUNT_SID).fetch()
            is_active, is_trial = account.status == "active", account.type == "Trial"
            number = settings.TWILIO_PHONE_NUMBER
            has_number = not number or self._client.incoming_phone_numbers.list(
                phone_number=number, limit=1
            )
        found = {20005: not is_active, 21608: is_trial, 21606: not has_number}
        return [explain(code) for code, is_found in found.items() if is_found]

    def is_signed(self, request: HttpRequest, *, url: str) -> bool:
        """The signature covers the URL with its query, and every field of the form.

        https://www.twilio.com/docs/usage/webhooks/webhooks-security
        """
        if not settings.TWILIO_AUTH_TOKEN:
            return False  # anybody can sign with an empty key
        signature = request.headers.get("X-Twilio-Signature", "")
        validator = RequestValidator(settings.TWILIO_AUTH_TOKEN)
        return bool(validator.validate(url, request.POST, signature))

    def read_report(self, request: HttpRequest) -> DeliveryReport | None:
        to = request.POST.get("To", "")
        phone_number = to.removeprefix(WHATSAPP_PREFIX)
        channel = _channel(request, to)
        status = request.POST.get("MessageStatus") or request.POST.get("CallStatus", "")
        if status in DELIVERED:
            return DeliveryReport(phone_number=phone_number, channel=channel)
        if status in UNDELIVERED:
            code = request.POST.get("ErrorCode", "")
            logger.warning(
                "Message to %s %s: %s", masked(phone_number), status, explain(code or "unknown")
            )
            reason = _reason(status, code)
            return DeliveryReport(phone_number=phone_number, channel=channel, reason=reason)
        return None

    @cached_property
    def _client(self) -> Client:
        http_client = TwilioHttpClient()
        limit_waiting(http_client.session)
        client = Client(
            settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, http_client=http_client
        )
        client.api.base_url = settings.TWILIO_API_URL
        return client

    def _send_sms_code(self, phone_number: str, otp_code: str, options: dict[str, str]) -> str:
        text = wording.code_text(otp_code)
        create = self._client.messages.create
        return _id(create(to=phone_number, body=text, **_sender(), **options))

    def _send_whatsapp_code(self, phone_number: str, otp_code: str, options: dict[str, str]) -> str:
        """WhatsApp requires an approved template for the first message, and takes no body:
        https://www.twilio.com/docs/api/errors/63016

        An authentication template has fixed words, in the language that it was approved in, and
        {{1}} for the code.
        """
        message = self._client.messages.create(
            to=f"{WHATSAPP_PREFIX}{phone_number}",
            from_=f"{WHATSAPP_PREFIX}{settings.TWILIO_WHATSAPP_NUMBER}",
            content_sid=settings.TWILIO_WHATSAPP_CONTENT_SID,
            content_variables=json.dumps({"1": otp_code}),
            **options,
        )
        return _id(message)

    def _call(self, phone_number: str, otp_code: str, options: dict[str, str]) -> str:
        call = self._client.calls.create(
            to=phone_number,
            from_=settings.TWILIO_PHONE_NUMBER,
            twiml=_call_script(otp_code),
            timeout=RING_SECONDS,
            **options,
        )
        return _id(call)


def _id(created: MessageInstance | CallInstance) -> str:
    """By which Twilio's console and reports know a message or call."""
    return created.sid or ""


def _known(error_code: int | None) -> str:
    """A code that is explained, "other" for the hundreds that are not, "" for none."""
    return str(error_code) if error_code in TROUBLES else UNEXPLAINED if error_code else ""


@contextmanager
def _refusals() -> Iterator[None]:
    """Raise Refusal instead of Twilio's errors."""
    try:
        yield
    except TwilioRestException as error:
        # Its message quotes the number, so only the codes are passed on.
        detail = f"status {error.status}, {explain(error.code)}"
        raise Refusal(
            detail,
            is_final=error.code in REFUSED_NUMBERS,
            is_of_account=error.code in OF_ACCOUNT or error.status in (401, 402),
            code=_known(error.code),
        ) from None


def _channel(request: HttpRequest, to: str) -> Channel:
    """The channel that a report is about."""
    if "CallStatus" in request.POST:
        return Channel.CALL
    return Channel.WHATSAPP if to.startswith(WHATSAPP_PREFIX) else Channel.SMS


def _sender() -> dict[str, str]:
    if settings.TWILIO_MESSAGING_SERVICE_SID:
        return {"messaging_service_sid": settings.TWILIO_MESSAGING_SERVICE_SID}
    return {"from_": settings.TWILIO_PHONE_NUMBER}


def _call_script(otp_code: str) -> str:
    """TwiML that says the code, in Hindi or in India's English."""
    script = VoiceResponse()
    language = VOICE_LANGUAGES.get(wording.language(), OTHER_VOICE_LANGUAGE)
    script.pause(length=1)  # time to bring the phone to the ear
    script.say(wording.code_spoken(otp_code), voice=VOICE, language=language)
    return str(script)


def _reason(status: str, error_code: str) -> UndeliveredReason:
    unexplained = (
        UndeliveredReason.UNREACHABLE if status in UNANSWERED else UndeliveredReason.NOT_DELIVERED
    )
    return REASONS.get(error_code, unexplained)
