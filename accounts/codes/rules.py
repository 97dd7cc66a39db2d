"""The rules for codes that people type, on pages and in the API."""

import re
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.codes import hashing
from loopin.rules import described
from loopin.text import spelling

MAX_PASTED = 1000
"""Characters of a pasted message in which a code is looked for."""


def find_code(text: str, *lengths: int) -> str:
    """Find the ASCII digits of a code in what was typed with gaps or pasted as a whole message.

    In a message it takes the only run of digits that is as long as a code (`lengths`). If there is
    no such run, or several, `otp_code` raises ValidationError.
    """
    expected = min(lengths)
    ascii_text = spelling.fold_digits(spelling.normalise(text, MAX_PASTED))
    compact = re.sub(r"[\s\u2010-\u2015\u2212-]", "", ascii_text)
    if re.fullmatch("[0-9]+", compact):
        return otp_code(compact, expected)
    runs = {run for run in re.findall("[0-9]+", ascii_text) if len(run) in lengths}
    return otp_code(runs.pop() if len(runs) == 1 else ascii_text, expected)


def _lengths(least: int = 0) -> set[int]:
    """How many digits a code may have, of those that have at least so many."""
    lengths = {settings.OTP_LENGTH, *range(hashing.MEDIUM_LENGTH, hashing.LONG_LENGTH + 1, 2)}
    return {length for length in lengths if length >= least}


def _limits(least: int = 0) -> dict[str, Any]:
    lengths = _lengths(least)
    return {"pattern": "^[0-9]+$", "minLength": min(lengths), "maxLength": max(lengths)}


@described("invalid", limits=_limits)
def otp_code(value: str, expected: int = 0, *, least: int = 0) -> str:
    """ASCII digits, as many as a code may have: `OTP_LENGTH`, or 6 or 8 where codes are longer.

    `expected`: how many digits the error message asks for, if not `OTP_LENGTH`. `least`: how many
    it has to have.
    """
    if not re.fullmatch("[0-9]+", value) or len(value) not in _lengths(least):
        wanted = max(expected, least, settings.OTP_LENGTH)
        raise ValidationError(wrong_length(wanted), code="invalid")
    return value


def wrong_length(expected: int) -> str:
    return _("Enter the %(count)s digits of the code.") % {"count": expected}


@described(otp_code, limits=lambda: _limits(hashing.MEDIUM_LENGTH))
def long_otp_code(value: str) -> str:
    """A code with at least six digits, for purposes that permit more than signing in."""
    return otp_code(value, least=hashing.MEDIUM_LENGTH)
