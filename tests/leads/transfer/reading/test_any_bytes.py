"""Whatever a file has, it is read or refused in words."""

import io
from datetime import date

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from leads.transfer.errors import ImportRefused
from leads.transfer.reading import columns, tables
from leads.transfer.reading.columns import Field
from leads.transfer.reading.rows import RowReader
from tests.leads.transfer.reading.spreadsheets import ods, xlsx

MANY = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
FEW = settings(MANY, max_examples=15)

PIECES = st.sampled_from(
    [
        *("phone", "Name", "मोबाइल", "9812340001", "p:+91 98123", "9.1E+11", "31/12/2026", "yes"),
        *(",", ";", "\t", "|", '"', "\n", "\r", "\r\n", "'", "=", "@", "\0", "\ufeff", "sep=;\n"),
        *("a@b.c", "12/31/26", "/", "+", "\u200d", "\ud83d\ude00", "\U0001f600", "x" * 200, "N/A"),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=60).map("".join)


def read_all(content, fields=None):
    """Read every row; the fields are those given, again and again, or the guessed ones."""
    try:
        opened = tables.open_table(io.BytesIO(content), file_name="x")
        guessed = columns.guess(opened.header, opened.sample, region="IN")
        if fields:
            guessed = [fields[at % len(fields)] for at in range(len(guessed))]
        reader = RowReader(opened, guessed, region="IN", today=date(2026, 11, 29))
        return [reader.read_row(cells) for _row, cells in opened.rows()]
    except ImportRefused:
        return []


def hold(rows):
    for row in rows:
        assert (row.values is None) == (row.refusal is not None)
        text = str(row.values) + str(row.warnings) + str(row.refusal)
        text.encode()  # no halves of characters, which the database would refuse
        assert "\0" not in text.replace("\\x00", "\0")


@MANY
@given(st.binary(max_size=400))
@example(b"\xff\xfe\x00\xd8phone")
@example(b"PK\x03\x04")
def test_bytes(content):
    hold(read_all(content))


@MANY
@given(TEXTS, st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1252"]))
def test_texts(text, encoding):
    hold(read_all(text.encode(encoding, "replace")))


@MANY
@given(
    st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=5),
    st.lists(st.sampled_from(Field), min_size=1, max_size=3),
)
def test_rows_of_a_list(rows, fields):
    def quoted(cells):
        return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)

    lines = ["phone,a,b", "9812340001,,", *map(quoted, rows)]
    hold(read_all("\n".join(lines).encode("utf-8", "replace"), [Field.PHONE, *fields]))


@FEW
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), max_size=8))
def test_damaged_spreadsheets(changes):
    for whole in (xlsx([["phone"], [9812340001.0]]), ods([["phone"], [9812340001.0]])):
        content = bytearray(whole)
        for at, byte in changes:
            content[at % len(content)] = byte
        hold(read_all(bytes(content)))
