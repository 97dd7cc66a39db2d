"""Finds out in which encoding a text file is written, from its bytes alone."""

import codecs
from typing import BinaryIO

from leads.transfer.errors import ImportRefused
from leads.transfer.reading import refusals

PIECE = 1024 * 1024
"""Bytes that are read at once."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = bytes(set(range(32)) - set(b"\0\t\n\v\f\r\x1a\x1b"))
"""Control characters that text does not have. Old programs end files with 1A."""


def detect(file: BinaryIO) -> tuple[str, int]:
    """The encoding of a text file, and how many bytes its byte order mark has.

    Without a mark it is UTF-16 where every second byte is zero, else UTF-8, else Windows-1252. The
    whole file is read, in pieces. Raises ImportRefused if it is no text.
    """
    file.seek(0)
    start = file.read(PIECE)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding, len(mark)
    if encoding := _utf16(start):
        return encoding, 0
    if len(start.translate(None, _CONTROL + b"\0")) < len(start) * 0.95:
        raise ImportRefused(refusals.no_table())
    return _utf8_or_windows(file), 0


def _utf16(start: bytes) -> str:
    """Digits, separators and line ends have a zero byte, whatever the script of the names is."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    if max(even, odd) < len(start) / 20 or max(even, odd) < 10 * min(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _utf8_or_windows(file: BinaryIO) -> str:
    """UTF-8, unless most of what is not ASCII cannot be UTF-8: one broken byte in a file of Hindi
    names costs its cell and not all names."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    foreign = broken = 0
    for piece in iter(lambda: file.read(PIECE), b""):
        text = decoder.decode(piece)
        if not text.isascii():
            foreign += len(text) - len(text.encode("ascii", "ignore"))
            broken += text.count("\ufffd")
    return "cp1252" if broken * 2 > foreign else "utf-8"
