"""Writes the file of an export: CSV that spreadsheets open correctly and run no formulas from.

RFC 4180, UTF-8 with a byte order mark: without it Excel reads Hindi names as Latin letters. Every
cell is quoted, so that a spreadsheet that expects semicolons splits none.
"""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.timezone import get_default_timezone, now
from django.utils.translation import override
from django_stubs_ext import StrOrPromise

from accounts.phone.grouping import grouped
from accounts.phone.masking import masked
from leads.models.lead_choices import DROP_OFFS, NO_ATTEMPT, Source, Stage, Status
from leads.models.lead_consent import Proof

BYTE_ORDER_MARK = "\ufeff"

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet takes a cell that starts with one of these for a formula (OWASP, CSV Injection).
The last four are the full-width forms."""

TIMES = (
    *("created_at", "last_activity_at", "follow_up_at", "first_contacted_at"),
    *("verified_at", "converted_at"),
)
FIELDS = (
    *("pk", "phone_number", "name", "email", "country", "source", "stage", "trouble", "status"),
    *("owner__first_name", "owner__last_name", "owner__username", "lease_ends_at"),
    *("consent_at", "refused_at", "consent_proof"),
    *TIMES,
)
"""The columns of a lead and of its owner that an export reads."""

COLUMNS = (
    *("id", "number", "name", "email", "country", "source", "stage", "stopped by", "status"),
    *("holder", "consent", "consent known by", "created", "last activity", "follow-up"),
    *("first contacted", "verified", "converted"),
)

CHOICES: dict[str, dict[str, StrOrPromise]] = {
    "source": dict(Source.choices),
    "stage": dict(Stage.choices),
    "trouble": DROP_OFFS,
    "status": dict(Status.choices),
    "consent_proof": {"": "", **dict(Proof.choices)},
}


class ExportFile:
    """Turns rows into CSV. A file with full numbers also has the e-mail addresses."""

    def __init__(self, *, has_full_numbers: bool) -> None:
        self.has_full_numbers = has_full_numbers
        self._text = io.StringIO(newline="")
        with override(None):  # the file is the same in every language
            self._words = {
                column: {value: str(label) for value, label in choices.items()}
                for column, choices in CHOICES.items()
            }
        self._writer = csv.writer(self._text, quoting=csv.QUOTE_ALL)

    def head(self) -> bytes:
        columns = [name for name in COLUMNS if self.has_full_numbers or name != "email"]
        return self._encoded([columns], BYTE_ORDER_MARK)

    def lines(self, rows: Iterable[Any]) -> bytes:
        """`rows`: have `FIELDS` as their attributes."""
        return self._encoded(self._cells(row) for row in rows)

    def _encoded(self, lines: Iterable[list[str]], start: str = "") -> bytes:
        self._text.write(start)
        self._writer.writerows(lines)
        encoded = self._text.getvalue().encode()
        self._text.seek(0)
        self._text.truncate()
        return encoded

    def _drop_off(self, reason: str) -> str:
        return self._words["trouble"].get(reason, reason)

    def _cells(self, row: Any) -> list[str]:
        return [
            str(row.pk),
            self._number(row.phone_number),
            plain(row.name),
            *([plain(row.email)] if self.has_full_numbers else []),
            row.country,
            self._words["source"].get(row.source, row.source),
            self._words["stage"][row.stage],
            "" if row.verified_at else self._drop_off(row.trouble or NO_ATTEMPT),
            self._words["status"][row.status],
            plain(_owner_name(row)),
            "yes" if row.consent_at else "no" if row.refused_at else "",
            self._words["consent_proof"][row.consent_proof],
            *(_time(getattr(row, name)) for name in TIMES),
        ]

    def _number(self, phone_number: str | None) -> str:
        """`(+91) 62058 29376`: a spreadsheet takes a cell that begins with a plus for a formula."""
        if phone_number is None:
            return ""
        spelled = grouped(phone_number) if self.has_full_numbers else masked(phone_number)
        country_code, _, rest = spelled.partition(" ")
        return f"({country_code}) {rest}"


def plain(text: str) -> str:
    """The text, after an apostrophe if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _owner_name(row: Any) -> str:
    """Who has claimed the lead; "" if nobody has, or the claim has ended."""
    if row.lease_ends_at is None or row.lease_ends_at <= now():
        return ""
    return f"{row.owner__first_name} {row.owner__last_name}".strip() or row.owner__username


def _time(time: datetime | None) -> str:
    """In India's time, to the second, with its offset."""
    if time is None:
        return ""
    return time.astimezone(get_default_timezone()).isoformat(timespec="seconds")
