"""Removes secrets from log lines, and replaces phone numbers by two digits and a keyed hash.

Client text can get into a line, so each step here takes time in proportion to the length of the
text, which is capped first. A test feeds every pattern with inputs that grow.
"""

import hashlib
import hmac
import re
from functools import cache

from django.conf import settings

HASH_DIGITS = 12
"""48 bits: among a million numbers the chance that any two share a hash is 2 in 1 000."""

MAX_CHARACTERS = 2_000
"""Of a message or a field. Our own messages are shorter than 300."""

MAX_TRACEBACK_CHARACTERS = 40_000
"""About 250 calls, in the exception and those that caused it."""

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


def redact(text: str, *, max_characters: int = MAX_CHARACTERS) -> str:
    """Remove phone numbers, e-mail addresses, codes, tokens, hashes and the rows that PostgreSQL
    quotes.

    Our own code logs none of them; this protects against libraries and mistakes. Of a text that is
    longer, the first `max_characters` remain, up to the last space among them.
    """
    text, ending = _shorten(text, max_characters)
    text = _remove_rows(text)
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    text = _LONG_WORD.sub(_hide_token, text)
    if "@" in text:
        text = _EMAIL.sub("[e-mail]", text)
    for pattern in _PHONE_NUMBERS:
        text = pattern.sub(lambda found: masked(_e164(found[0])), text)
    return _AFTER_OTP.sub(lambda found: _CODE.sub("[code]", found[0]), text) + ending


def _shorten(text: str, max_characters: int) -> tuple[str, str]:
    """What remains of a text, and what says that it was longer.

    It ends at a space, because no pattern would know the first half of a secret.
    """
    if len(text) <= max_characters:
        return text, ""
    kept = text[:max_characters].rpartition(" ")[0]
    return kept, f" [{len(text) - len(kept)} more characters]"


def _remove_rows(text: str) -> str:
    """Remove the values that PostgreSQL quotes, up to the next part of its message.

    Values may contain line breaks and brackets, so what ends a row is what follows it. Each
    search begins where the one before ended, so that no part of the text is read twice.
    """
    parts, position = [], 0
    while row := _ROW.search(text, position):
        end = _AFTER_ROW.search(text, row.end())
        parts += [text[position : row.start()], row[0].partition("(")[0], "[removed]"]
        position = end.start() if end else len(text)
    return "".join([*parts, text[position:]])


_ROW = re.compile(r"Failing row contains \(|[Kk]ey \([^\n]{1,200}?\)=\(")
_AFTER_ROW = re.compile(r"\n\n(?:The above|During)|\n[A-Z]+: ")

_SECRETS = [
    (re.compile(r"with (parameters|url): .*"), r"with \1: [removed]"),
    (re.compile(r"(://[^\s:/@\[\]]{0,64}:)[^\s@/]{1,512}@"), r"\1[removed]@"),
    (re.compile(r"[Bb]earer\s+[^\s\"',]+"), "Bearer [token]"),
    (
        re.compile(
            r"((?:token|secret|api_key|otp_hash|otp_salt|otp_code|password|sessionid)[\"']?"
            r"\s*[=:]\s*)(?:\"[^\"]*\"|'[^']*'|[^\s,;&)}\]]+)"
        ),
        r"\1[removed]",
    ),
    (re.compile(r"\b[0-9a-f]{64}\b"), "[hash]"),
    (re.compile(r"[0-9](?<![\w].)\d{3,7}(?= is your )"), "[code]"),
    (re.compile(r"(\s#)\d{4,8}\b"), r"\1[code]"),
]

_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
"""Also the end of a password before a host, in an address of a database."""

_LONG_WORD = re.compile(r"(?<![\w.-])[\w.-]{10,}")
_TOKEN = re.compile(r"(?<![\w-])[A-Za-z0-9_-]{43,}(?![\w-])")
_JWT_START = "eyJ"


def _hide_token(found: re.Match[str]) -> str:
    """Hide JSON web tokens, which have dots, and 256 random bits as URL-safe base64."""
    word = found[0]
    before, start, after = word.partition(_JWT_START)
    if start and "." in after[5:]:
        return f"{before}[token]"
    return _TOKEN.sub(lambda token: "[token]" if _is_random(token[0]) else token[0], word)


def _is_random(word: str) -> bool:
    """Whether a long word has letters of both cases, as names of functions have not."""
    return word.lower() != word != word.upper()


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
