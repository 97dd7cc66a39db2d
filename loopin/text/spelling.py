"""Brings text that people type or paste into one spelling, so that equal texts are equal."""

import re
import unicodedata

JOINERS = "\u200c\u200d"
"""Indic scripts spell with them, and emoji are composed with the second."""

MAX_PARTS = 4
"""How many characters one composed character may be typed with; Vietnamese has three."""

MAX_MARKS = 30
"""Combining marks in a row that are kept (Unicode's Stream-Safe Text Format, UAX #15). Composing
sorts them, which takes quadratic time."""

UNPRINTABLE = {"Cc", "Cs"}
"""Unicode's categories of control characters and of halves of characters."""

_VARIATION_SELECTORS = "\ufe00-\ufe0f"
_INVISIBLE_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
_INVISIBLE_MARKS = "\u180b-\u180f\U000e0000-\U000e0fff"
_DIRECTIONS_AND_OPERATORS = "\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_INVISIBLE = re.compile(
    f"[{_INVISIBLE_LETTERS}{_INVISIBLE_MARKS}{_DIRECTIONS_AND_OPERATORS}\ufff0-\ufff8]"
)
"""Unicode's Default_Ignorable_Code_Point without joiners and variation selectors, which spell."""

_STRAY_JOINER = re.compile(
    f"(?:^|(?<=\\s))[{JOINERS}{_VARIATION_SELECTORS}]+|(?<![{JOINERS}])[{JOINERS}]++(?=\\s|$)"
)
_SPACES = re.compile(r"[^\S\n]+")


def normalise(text: str, max_length: int) -> str:
    """One line of text in NFC: no invisible characters, and one space for every run of spaces.

    A text that has no chance to get as short as `max_length` stays as it is.
    """
    return _SPACES.sub(" ", normalise_lines(text, max_length).replace("\n", " ")).strip()


def normalise_lines(text: str, max_length: int) -> str:
    """The same for text of several lines, which end in a line feed."""
    text = text.strip()
    if len(text) > max_length * MAX_PARTS:
        return text
    text = re.sub("\r\n?|[\u2028\u2029\u0085]", "\n", _compose(text))
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    text = _STRAY_JOINER.sub("", text)
    return re.sub(" ?\n ?", "\n", text).strip()


def normalise_password(text: str) -> str:
    """A password as every keyboard types it: in NFC, with the one space of ASCII for all others.

    This is the OpaqueString profile of RFC 8265 §4.2, but for refusing. Nothing is trimmed.
    """
    return "".join(" " if c.isspace() and c not in "\t\n\r" else c for c in _compose(text))


def _compose(text: str) -> str:
    """The text in NFC, without the combining marks that no writing system needs."""
    if text.isascii():
        return text
    marks, kept = 0, []
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= MAX_MARKS:
            kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept))


def fold_digits(text: str) -> str:
    """The text with an ASCII digit for every decimal digit of another script."""
    return "".join(str(unicodedata.decimal(c, c)) for c in text)


def has_unprintable(text: str, *, allowed: str = "") -> bool:
    """Whether the text has control characters or halves of characters other than those allowed."""
    return any(unicodedata.category(c) in UNPRINTABLE and c not in allowed for c in text)


def printable(text: str) -> str:
    """The text without control characters and halves of characters."""
    return "".join(c for c in text if unicodedata.category(c) not in UNPRINTABLE)
