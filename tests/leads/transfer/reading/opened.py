"""Opens the content of files for the tests, and reads it as an import does."""

import io
from datetime import date

from leads.transfer.reading import columns, tables
from leads.transfer.reading.rows import ReadRow, RowReader

TODAY = date(2026, 11, 29)


def table(content):
    content = content.encode() if isinstance(content, str) else content
    return tables.open_table(io.BytesIO(content), file_name="list.csv")


def fields(content, *, region="IN"):
    """The guessed field of each column, by the column's name."""
    opened = table(content)
    guessed = columns.guess(opened.header, opened.sample, region=region)
    return dict(zip(opened.header, guessed, strict=True))


def read(content, *, region="IN", today=TODAY) -> dict[int, ReadRow]:
    """Every row of a file by its number, with the fields that are guessed."""
    opened = table(content)
    guessed = columns.guess(opened.header, opened.sample, region=region)
    reader = RowReader(opened, guessed, region=region, today=today)
    return {row: reader.read_row(cells) for row, cells in opened.rows()}


def read_one(content, **options) -> ReadRow:
    [row] = read(content, **options).values()
    return row


def values(content, **options):
    """The values of the only row of a file, without blank ones and the country."""
    row = read_one(content, **options)
    assert row.refusal is None, row.refusal
    return {name: value for name, value in row.values.items() if value and name != "country"}
