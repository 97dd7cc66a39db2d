"""Tells spreadsheets, texts and other files apart by how they begin."""

from django.utils.translation import gettext as _

from leads.transfer.errors import ImportRefused
from leads.transfer.reading import refusals

START = 4096
"""Bytes of the beginning that are looked at."""

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The container of `.xls`, and of encrypted `.xlsx`."""

ZIP = b"PK\x03\x04"
"""The container of `.xlsx`, `.xlsb` and `.ods`."""


def is_spreadsheet(start: bytes, *, file_name: str) -> bool:
    """Whether a file begins as a spreadsheet does. Raises ImportRefused for what is no table."""
    if not start:
        raise ImportRefused(refusals.empty())
    if start.startswith((OLE, ZIP)):
        return True
    if reason := _known(start) or _known_text(start):
        raise ImportRefused(reason)
    return False


def _known(start: bytes) -> str:
    kinds = {
        b"%PDF": _("a PDF"),
        b"\x89PNG": _("a picture"),
        b"\xff\xd8\xff": _("a picture"),
        b"GIF8": _("a picture"),
        b"RIFF": _("a picture or a recording"),
        b"{\\rtf": _("a text document"),
        b"\x1f\x8b": _("a compressed file"),
        b"7z\xbc\xaf": _("a compressed file"),
        b"Rar!": _("a compressed file"),
        b"SQLite format 3": _("a database"),
    }
    kind = next((words for mark, words in kinds.items() if start.startswith(mark)), "")
    return refusals.kind_of_file(kind) if kind else ""


def _known_text(start: bytes) -> str:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"begin:vcard"):
        return refusals.contacts()
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<?xml", b"<meta", b"<style")):
        return refusals.kind_of_file(_("a web page, whatever its name ends in"))
    if text.startswith((b'{"', b"[{", b"{\n", b"{\r", b"{ ")):
        return refusals.kind_of_file(_("a JSON file"))
    return ""
