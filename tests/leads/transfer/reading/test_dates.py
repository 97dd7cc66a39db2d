"""Dates are read as lists have them; which comes first is decided for the whole column."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from leads.transfer.reading import columns, dates
from leads.transfer.reading.columns import Field
from leads.transfer.reading.rows import RowReader
from tests.each import each
from tests.leads.transfer.reading.opened import TODAY, read, table

DAY = "2026-12-31T10:00:00+05:30"
AFTERNOON = "2026-12-31T15:30:00+05:30"


@each(
    "text",
    [
        *("2026-12-31", "2026/12/31", "31/12/2026", "31-12-2026", "31.12.2026", "31/12/26"),
        *("31-Dec-26", "31 Dec 2026", "31-December-2026", "31st December, 2026", "31Dec2026"),
        *("Dec 31, 2026", "December 31st 2026", "Thu, 31 Dec 2026", "Thursday, December 31, 2026"),
        *("31 दिसंबर 2026", "३१/१२/२०२६", "46387", "46387.0", "2026-12-31 00:00:00"),
        *("31/12/2026 00:00", "2026-12-31T00:00:00", " 31 / 12 / 2026".replace(" / ", "/")),
    ],
)
def test_a_day_is_due_at_ten(text):
    assert dates.follow_up(text, today=TODAY) == DAY


@each(
    "text",
    [
        *("2026-12-31 15:30", "31/12/2026 15:30", "31-12-2026 15:30:45", "31/12/2026 3:30 PM"),
        *("31 Dec 2026, 3:30pm", "2026-12-31T15:30:00+05:30", "2026-12-31T10:00:00Z"),
        *("2026-12-31 11:00:00 +0100", "46387.645833333", "2026-12-31T15:30:00.123 IST"),
    ],
)
def test_a_time_is_that_of_india_unless_it_says_otherwise(text):
    assert dates.follow_up(text, today=TODAY) == AFTERNOON


@each(
    "text, code",
    [
        *((text, "invalid") for text in ("tomorrow", "Monday", "31", "2026", "12/2026", "x" * 999)),
        *(
            (text, "invalid")
            for text in ("30/02/2026", "32/01/2026", "31/12/2026 25:00", "00/00/00")
        ),
        *(
            (text, "invalid")
            for text in ("31/12-2026", "12345", "99999", "2026-12-31 3", "31 Foo 26")
        ),
        *((text, "invalid") for text in ("2026-12-31 10:00 +99:99", "2026-12-31 13:00 pm", "1e5")),
        *((text, "in_past") for text in ("2026-11-28", "28/11/2026", "46354", "2020-01-01")),
        *((text, "too_far") for text in ("2028-01-01", "31/12/2099")),
    ],
)
def test_what_is_no_day_of_the_next_year_is_refused(text, code):
    with pytest.raises(ValidationError) as refused:
        dates.follow_up(text, today=TODAY)
    assert refused.value.code == code


def test_today_is_no_day_of_the_past():
    assert dates.follow_up("29/11/2026 00:30", today=TODAY).startswith("2026-11-29T00:30")


@each(
    "cells, is_month_first",
    [
        (["12/31/2026", "01/02/2027"], True),
        (["31/12/2026", "01/02/2027"], False),
        (["12/31/2026", "31/12/2026"], False),
        (["01/02/2027", "03/04/2027"], False),
        (["2026-12-31", "12-31-26 10:00"], True),
        (["45/45/2026", "", "x"], False),
    ],
)
def test_a_column_decides_whether_the_month_comes_first(cells, is_month_first):
    sample = [["9812340001", cell] for cell in cells]
    assert dates.has_month_first([Field.PHONE, Field.FOLLOW_UP], sample) is is_month_first
    assert not dates.has_month_first([Field.PHONE, Field.NOTE], sample)


def reader_of(content):
    opened = table(content)
    guessed = columns.guess(opened.header, opened.sample)
    reader = RowReader(opened, guessed, region="IN", today=date(2026, 11, 29))
    return reader, [reader.read_row(cells).values for _row, cells in opened.rows()]


def test_a_column_with_the_month_first_is_told_of():
    reader, rows = reader_of("phone,follow-up\n9812340001,12/31/2026\n9812340002,2/1/2027\n")
    assert [row["follow_up"][:10] for row in rows] == ["2026-12-31", "2027-02-01"]
    assert reader.remarks == [
        "The follow-up dates are read as month/day/year, because some fit nothing else."
    ]


def test_a_mixed_column_has_the_day_first_and_says_what_does_not_fit():
    content = "phone,follow-up\n9812340001,12/31/2026\n9812340002,31/12/2026\n"
    reader, rows = reader_of(content)
    assert [row["follow_up"] for row in rows] == [None, DAY]
    assert reader.remarks == []
    [warning] = read(content)[2].warnings
    assert warning.reason == "This column has the day first. Write this date as YYYY-MM-DD."
