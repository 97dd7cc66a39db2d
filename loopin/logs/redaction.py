"""Removes secrets from log lines, and replaces phone numbers by two digits and a keyed hash."""

import hashlib
import hmac
import re
from functools import cache

from django.conf import settings

HASH_DIGITS = 12
"""48 bits: among a million numbers the chance that any two share a hash is 2 in 1 000."""

AS_IT_IS = {"is_redacted": True}
"""`logger.info(…, extra=AS_IT_IS)`: the line needs no redaction, or must not have any: the messages
of test mode, with which production refuses to start."""


def masked(phone_number: str) -> str:
    """`*76#3fa9c1d2b7e0`: the last two digits of an E.164 number and a hash keyed by `SECRET_KEY`.

    The same number gives the same word, so lines about it can be found; a hash without the key
    would be undone by trying all numbers.
    """
    digest = hmac.new(_key(), phone_number.encode(), hashlib.sha256).hexdigest()
    return f"*{phone_number[-2:]}#{digest[:HASH_DIGITS]}"


@cache
def _key() -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"loopin.logs.redaction", hashlib.sha256).digest()


def redact(text: str) -> str:
    """Remove phone numbers, codes, tokens, hashes and the rows that PostgreSQL quotes.

    Our own code logs none of them; this protects against libraries and mistakes.
    """
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    for pattern in _PHONE_NUMBERS:
        text = pattern.sub(lambda found: masked(_e164(found[0])), text)
    return _AFTER_OTP.sub(lambda found: _CODE.sub("[code]", found[0]), text)


_SECRETS = [
    # Values may contain line breaks and brackets, so what ends the row is what follows it.
    (
        re.compile(
            r"Failing row contains \(.*?\)\.?(?=\s*\Z|\n\n(?:The above|During)|\n[A-Z]+: )",
            re.DOTALL,
        ),
        "Failing row contains [removed]",
    ),
    (
        re.compile(r"([Kk]ey) \([^\n]*?\)=\(.*?\)(?= already| is | conflicts|[.\n]|\Z)", re.DOTALL),
        r"\1 [removed]",
    ),
    (re.compile(r"with parameters: .*"), "with parameters: [removed]"),
    (re.compile(r"[Bb]earer\s+[^\s\"',]+"), "Bearer [token]"),
    (re.compile(r"eyJ[\w-]{5,}(?:\.[\w-]*){1,2}"), "[token]"),
    (
        re.compile(
            r"((?:refresh_token|otp_hash|otp_salt|otp_code|password|csrftoken|sessionid)[\"']?"
            r"\s*[=:]\s*)(?:\"[^\"]*\"|'[^']*'|[^\s,;&)}\]]+)"
        ),
        r"\1[removed]",
    ),
    # 256 random bits, as URL-safe base64 or as hex.
    (
        re.compile(r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])[A-Za-z0-9_-]{43,}(?![\w-])"),
        "[token]",
    ),
    (re.compile(r"\b[0-9a-f]{64}\b"), "[hash]"),
    (re.compile(r"[0-9](?<![\w].)\d{3,7}(?= is your )"), "[code]"),
    (re.compile(r"(\s#)\d{4,8}\b"), r"\1[code]"),
]

# Each begins with a plain set of characters, which `re` skips to; a look behind it comes after.
_PHONE_NUMBERS = [
    re.compile(r"[+%](?:2B)?[1-9]\d{6,14}(?!\d)", re.IGNORECASE),  # +916205829376
    re.compile(r"[+%](?:2B)?\s?[1-9](?:[\s().\-]{0,2}\d){6,14}(?!\d)"),  # +91 (62058) 29376
    re.compile(r"[0-9](?<![\w.\-#].)\d{9,16}(?!\w|\.\d)"),  # 916205829376
    re.compile(r"[1-9](?<![\w.\-#:,].)\d{1,4}(?:[ \-]\d{3,5}){2,3}(?!\w)"),  # 91 62058 29376
    re.compile(r"[1-9](?<![\w.\-#:,].)\d{4}[ \-]\d{5}(?!\w)"),  # 62058 29376
]
_AFTER_OTP = re.compile(r"otp[^\n]{0,80}", re.IGNORECASE)
_CODE = re.compile(r"\b\d{4,8}\b")


def _e164(written: str) -> str:
    """The E.164 spelling, so that a number has one hash however it was written."""
    digits = re.sub(r"\D", "", written.upper().removeprefix("%2B"))
    return f"+{digits.removeprefix('00')}"
