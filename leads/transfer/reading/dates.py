"""Reads dates and times as lists have them, in India's time.

The day comes before the month. A column has the month first if one of its dates can be read in no
other way, and none of them only with the day first. A date is never read in another order than its
column.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from django.core.exceptions import ValidationError
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from leads.rules import LATEST_FOLLOW_UP
from leads.transfer.reading.columns import Field
from loopin.text import spelling

CALL_AT = time(10)
"""The time in India at which a follow-up is due on its day."""

MAX_CHARACTERS = 60

FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050
"""The years 2000 to 2099, as spreadsheets count days."""

_SERIAL_ZERO = date(1899, 12, 30)

_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
    *("जन", "फर", "मार्च", "अप्र", "मई", "जून", "जुल", "अग", "सित", "अक्", "नव", "दिस"),
)
"""How the names of months begin, in English and Hindi."""

_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_MONTH_NAME = r"(?P<name>[^\s\d.,/'-]{2,12})"
_YEAR = r"(?P<year>[0-9]{4}|[0-9]{2})"
_AT = r"(?:,?[ t]+(?P<time>.+))?"
_FORMS = (
    re.compile(rf"(?P<year>[0-9]{{4}})[-/.](?P<month>[0-9]{{1,2}})[-/.](?P<day>[0-9]{{1,2}}){_AT}"),
    re.compile(rf"{_WEEKDAY}{_DAY}[-/ .,]*{_MONTH_NAME}[-/ .,']*{_YEAR}{_AT}"),
    re.compile(rf"{_WEEKDAY}{_MONTH_NAME}[-/ .]*{_DAY}[-/ .,]+{_YEAR}{_AT}"),
)
_NUMERIC = re.compile(rf"(?P<first>[0-9]{{1,2}})([-/. ])(?P<second>[0-9]{{1,2}})\2{_YEAR}{_AT}")
_SERIAL = re.compile(r"(?P<days>[0-9]{5})(?P<fraction>\.[0-9]+)?")
_TIME = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2})(?::[0-9]{2}(?:[.,][0-9]+)?)?)?"
    r" ?(?P<half>[ap]\.?m\.?)? ?(?P<zone>ist|z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})?"
)


def has_month_first(fields: Sequence[Field], sample: Sequence[Sequence[str]]) -> bool:
    """Whether the follow-ups of a file are written month first, by its first rows."""
    if Field.FOLLOW_UP not in fields:
        return False
    at = fields.index(Field.FOLLOW_UP)
    matches = [_NUMERIC.fullmatch(_normalise(row[at])) for row in sample]
    pairs = [(int(m["first"]), int(m["second"])) for m in matches if m]
    is_only_month_first = any(first <= 12 < second <= 31 for first, second in pairs)
    is_only_day_first = any(second <= 12 < first <= 31 for first, second in pairs)
    return is_only_month_first and not is_only_day_first


def month_first_remark() -> str:
    """What to tell of a file whose dates have the month first."""
    return _("The follow-up dates are read as month/day/year, because some fit nothing else.")


def follow_up(text: str, *, today: date, is_month_first: bool = False) -> str:
    """When a follow-up is due, in ISO 8601 with India's offset; at `CALL_AT` if only a day is
    given.

    A date and a time, in figures or with the month's name in English or Hindi, or the days that
    Excel counts. Raises ValidationError with the code `invalid`, `in_past` or `too_far`.
    """
    written = _normalise(text)
    try:
        due = _read(written, is_month_first)
    except (ValueError, OverflowError):
        raise ValidationError(_explain(written, is_month_first), code="invalid") from None
    if due.date() < today:
        raise ValidationError(_("Choose a day from today on."), code="in_past")
    if due.date() > today + LATEST_FOLLOW_UP:
        raise ValidationError(_("Choose a time within a year."), code="too_far")
    return due.isoformat()


def _explain(text: str, is_month_first: bool) -> str:
    """Why a text is no date of its column."""
    with suppress(ValueError):
        _read(text, not is_month_first)
        if is_month_first:
            return _("This column has the month first. Write this date as YYYY-MM-DD.")
        return _("This column has the day first. Write this date as YYYY-MM-DD.")
    return _("Enter a real date as YYYY-MM-DD, such as 2027-04-23.")


def _normalise(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        return ""
    return spelling.fold_digits(spelling.normalise(text, MAX_CHARACTERS)).casefold()


def _read(text: str, is_month_first: bool) -> datetime:
    """Raises ValueError for what is no date."""
    if serial := _SERIAL.fullmatch(text):
        return _from_serial(int(serial["days"]), float(serial["fraction"] or 0))
    if figures := _NUMERIC.fullmatch(text):
        first, second = int(figures["first"]), int(figures["second"])
        month, day = (first, second) if is_month_first else (second, first)
        return _combine(_full_year(figures["year"]), month, day, figures["time"])
    for form in _FORMS:
        if match := form.fullmatch(text):
            parts = match.groupdict()
            month = _month(parts["name"]) if "name" in parts else int(parts["month"])
            return _combine(_full_year(parts["year"]), month, int(parts["day"]), parts["time"])
    raise ValueError


def _from_serial(days: int, fraction: float) -> datetime:
    if not FIRST_SERIAL <= days <= LAST_SERIAL:
        raise ValueError
    day = _SERIAL_ZERO + timedelta(days=days)
    minutes = min(round(fraction * 24 * 60), 24 * 60 - 1)
    return _combine(day.year, day.month, day.day, f"{minutes // 60}:{minutes % 60:02}")


def _full_year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _month(name: str) -> int:
    """Raises ValueError for what is no month's name."""
    number = next((at for at, start in enumerate(_MONTHS) if name.startswith(start)), None)
    if number is None:
        raise ValueError
    return number % 12 + 1


def _combine(year: int, month: int, day: int, written_time: str | None) -> datetime:
    """Midnight stands for a day without a time, because that is how spreadsheets write one."""
    match = _TIME.fullmatch(written_time.strip()) if written_time else None
    if written_time and not match:
        raise ValueError
    at, zone = _time(match) if match else (time(0), None)
    india = get_default_timezone()
    if at == time(0) and zone is None:
        at = CALL_AT
    return datetime.combine(date(year, month, day), at, zone or india).astimezone(india)


def _time(match: re.Match[str]) -> tuple[time, tzinfo | None]:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if match["half"].startswith("p") else 0)
    elif match["minute"] is None:
        raise ValueError
    return time(hour, minute), _zone(match["zone"] or "ist")


def _zone(written: str) -> tzinfo | None:
    """The offset of a time; None for India's."""
    if written == "ist":
        return None
    if not written.startswith(("+", "-")):
        return UTC
    sign = -1 if written.startswith("-") else 1
    offset = timedelta(hours=int(written[1:3]), minutes=int(written[-2:]))
    return timezone(sign * offset)
