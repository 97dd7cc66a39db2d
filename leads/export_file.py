"""The file of an export: CSV that spreadsheets open as it is and cannot be tricked by.

RFC 4180, UTF-8 with a byte order mark: without it Excel reads Hindi names as Latin letters. Every
cell is quoted, so that none falls apart where a spreadsheet expects semicolons.
"""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.timezone import get_default_timezone, now

from leads.masking import grouped, masked
from leads.models.lead import DROP_OFFS, NO_ATTEMPT, Source, Stage, Status

BYTE_ORDER_MARK = "\ufeff"

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With these a spreadsheet takes a cell for a formula (OWASP, CSV Injection), wide ones too."""

FIELDS = (
    *("pk", "phone_number", "name", "email", "country", "source", "stage", "trouble", "status"),
    *("owner__first_name", "owner__last_name", "owner__username", "lease_ends_at", "consent_at"),
    *("created_at", "last_activity_at", "follow_up_at", "first_contacted_at"),
    *("verified_at", "converted_at"),
)
"""What a row of the database holds, in the order that `cells` takes it."""

COLUMNS = (
    *("id", "number", "name", "email", "country", "source", "stage", "stopped by", "status"),
    *("holder", "consent", "created", "last activity", "follow-up", "first contacted"),
    *("verified", "converted"),
)

STAGES, STATUSES, SOURCES = dict(Stage.choices), dict(Status.choices), dict(Source.choices)


class ExportFile:
    """Turns rows into text. Full numbers bring the e-mail addresses along; masked ones do not."""

    def __init__(self, *, has_full_numbers: bool) -> None:
        self.has_full_numbers = has_full_numbers
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, quoting=csv.QUOTE_ALL)

    def head(self) -> bytes:
        columns = [name for name in COLUMNS if self.has_full_numbers or name != "email"]
        return self._encoded([columns], BYTE_ORDER_MARK)

    def lines(self, rows: Iterable[tuple[Any, ...]]) -> bytes:
        """`rows`: values of `FIELDS`."""
        return self._encoded(self._cells(*row) for row in rows)

    def _encoded(self, lines: Iterable[list[str]], start: str = "") -> bytes:
        self._text.write(start)
        self._writer.writerows(lines)
        encoded = self._text.getvalue().encode()
        self._text.seek(0)
        self._text.truncate()
        return encoded

    def _cells(  # noqa: PLR0913, PLR0917  the columns of a table
        self,
        pk: int,
        phone_number: str | None,
        name: str,
        email: str,
        country: str,
        source: str,
        stage: str,
        trouble: str,
        status: str,
        first_name: str | None,
        last_name: str | None,
        username: str | None,
        lease_ends_at: datetime | None,
        consent_at: datetime | None,
        *moments: datetime | None,
    ) -> list[str]:
        is_held = lease_ends_at is not None and lease_ends_at > now()
        is_verified = moments[-2] is not None
        return [
            str(pk),
            self._number(phone_number),
            plain(name),
            *([plain(email)] if self.has_full_numbers else []),
            country,
            SOURCES[source],
            STAGES[stage],
            "" if is_verified else DROP_OFFS[trouble or NO_ATTEMPT],
            STATUSES[status],
            plain(f"{first_name} {last_name}".strip() or username or "") if is_held else "",
            "yes" if consent_at else "",
            *(_moment(moment) for moment in moments),
        ]

    def _number(self, phone_number: str | None) -> str:
        """`(+91) 62058 29376`: a spreadsheet would calculate what begins with a plus."""
        if phone_number is None:
            return ""
        spelled = grouped(phone_number) if self.has_full_numbers else masked(phone_number)
        country_code, _, rest = spelled.partition(" ")
        return f"({country_code}) {rest}"


def plain(text: str) -> str:
    """The text, behind an apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def _moment(moment: datetime | None) -> str:
    """In India's time, to the second, with its offset."""
    if moment is None:
        return ""
    return moment.astimezone(get_default_timezone()).isoformat(timespec="seconds")
