"""Writes the text of messages and calls, in the language of the request that causes them.

A segment of an SMS has 160 characters in GSM-7, and 70 UTF-16 code units as soon as one character
is outside of it (3GPP TS 23.038 §6.2): each further segment is charged like a message of its own.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language, gettext, pgettext

from loopin.web.site_address import get_site_url

GSM_7_SEGMENT, UCS_2_SEGMENT = 160, 70


def code_text(otp_code: str) -> str:
    """The SMS with a code, which fits one segment. Its last line lets browsers and iOS fill it in
    (WebOTP, domain-bound codes).

    `ANDROID_SMS_HASH` ends that line: SMS Retriever wants the message to end with the hash, and who
    reads the line for the code ignores what follows it
    (https://wicg.github.io/sms-one-time-codes/#authoring). A line of its own could only be last or
    not, and would leave out one of the two.

    In English the words take 63 characters, and a code of 8 digits, which stands there twice, 21
    with the signs and breaks around it: 76 of the 160 are left for the host. Elsewhere the words
    are a shorter sentence, and share the 70 with the last line. For a host of 25 characters and a
    code of 4 (8) digits that line takes 1 + 25 + 2 + 4 (8) and the break before it 1, which leaves
    37 (33), of which the code takes 4 (8): a translation may have 33 (25) characters besides it.
    The hash takes 12 with its space, which leaves 21 (13) to the translation that goes with it.
    """
    host = urlsplit(get_site_url()).hostname
    app = f" {settings.ANDROID_SMS_HASH}" if settings.ANDROID_SMS_HASH else ""
    return f"{_words(otp_code)}\n@{host} #{otp_code}{app}"


def fits_one_segment(text: str) -> bool:
    """Whether an SMS of our own words is charged once. All of their ASCII is in GSM-7."""
    if text.isascii():
        return len(text) <= GSM_7_SEGMENT
    return len(text.encode("utf-16-le")) // 2 <= UCS_2_SEGMENT


def _words(otp_code: str) -> str:
    values = {"code": otp_code, "minutes": settings.OTP_LIFETIME_SECONDS // 60}
    if language() == "en":
        words = "%(code)s is your Loopin code. It works for %(minutes)s minutes. Do not share it.\n"
    elif settings.ANDROID_SMS_HASH:
        # Translators: an SMS. At most 13 characters besides the code.
        words = pgettext("SMS of 70 characters with an app's hash", "%(code)s Loopin code")
    else:
        # Translators: an SMS. At most 25 characters besides the code.
        words = pgettext("SMS of 70 characters", "%(code)s is your Loopin code.")
    return words % values


def code_on_whatsapp(otp_code: str) -> str:
    """The text of the approved WhatsApp template, only for the development inbox."""
    return gettext("%(code)s is your verification code.") % {"code": otp_code}


def code_spoken(otp_code: str) -> str:
    """What a call says: the digits one by one, twice."""
    digits = ", ".join(otp_code)
    return gettext("Your Loopin code is: %(digits)s. Once more: %(digits)s.") % {"digits": digits}


def language() -> str:
    """The language of the request without its region: "en", "hi"."""
    return (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
