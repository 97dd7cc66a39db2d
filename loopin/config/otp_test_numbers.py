"""Numbers that take a fixed code and get no SMS, for those who review apps for the stores.

Written `+919999900001:4321@2027-01-31`: number, code, and the last day on which it works.
"""

import re
from datetime import date

MAX_TEST_NUMBERS = 10

_ENTRY = re.compile(r"(\+[1-9][0-9]{6,14}):([0-9]{4,8})@([0-9]{4}-[0-9]{2}-[0-9]{2})")


def check_test_numbers(entries: list[str]) -> list[str]:
    """Raises ValueError for an entry that is not number:code@date, or for more than ten."""
    if len(entries) > MAX_TEST_NUMBERS:
        raise ValueError(f"may list at most {MAX_TEST_NUMBERS} numbers")
    if not all(_ENTRY.fullmatch(entry) for entry in entries):
        raise ValueError("must list entries such as +919999900001:4321@2027-01-31")
    for entry in entries:
        _parse(entry)
    return entries


def fixed_codes(entries: list[str], today: date) -> dict[str, str]:
    """The code of each number that still works today."""
    parsed = [_parse(entry) for entry in entries]
    return {number: code for number, code, last_day in parsed if today <= last_day}


def _parse(entry: str) -> tuple[str, str, date]:
    match = _ENTRY.fullmatch(entry)
    assert match is not None  # noqa: S101  checked before
    number, code, last_day = match.groups()
    return number, code, date.fromisoformat(last_day)
