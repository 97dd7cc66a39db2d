"""Test mode writes messages to the log and the development inbox, and sends nothing."""

import logging

from django.http import HttpRequest

from accounts.messaging import dev_inbox, wording
from accounts.messaging.channels import Channel
from accounts.messaging.providers.base import DeliveryReport, Provider
from loopin.logs.redaction import AS_IT_IS

logger = logging.getLogger(__name__)

WORDS = {
    Channel.SMS: wording.code_text,
    Channel.WHATSAPP: wording.code_on_whatsapp,
    Channel.CALL: wording.code_spoken,
}


class SmsProvider(Provider):
    is_remote = False

    def send_code(
        self, phone_number: str, otp_code: str, *, channel: Channel, report_url: str
    ) -> str:
        logger.info("OTP for %s: %s", phone_number, otp_code, extra=AS_IT_IS)
        dev_inbox.add_message(channel, phone_number, WORDS[channel](otp_code), code=otp_code)
        return ""

    def send_text(self, phone_number: str, text: str) -> str:
        logger.info("SMS for %s: %s", phone_number, text, extra=AS_IT_IS)
        dev_inbox.add_message(Channel.SMS, phone_number, text)
        return ""

    def missing_settings(self) -> list[str]:
        return []

    def find_troubles(self) -> list[str]:
        return []

    def is_signed(self, request: HttpRequest, *, url: str) -> bool:
        return False  # it reports nothing, so whoever reports is somebody else

    def read_report(self, request: HttpRequest) -> DeliveryReport | None:
        return None
