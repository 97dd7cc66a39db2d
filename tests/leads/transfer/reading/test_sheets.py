"""Spreadsheets are read in a process that may not take the machine with it."""

from pathlib import Path

import pytest

from leads.transfer.errors import ImportRefused
from leads.transfer.reading import limits
from tests.each import each
from tests.leads.transfer.reading.opened import read_one, table, values
from tests.leads.transfer.reading.spreadsheets import archive, ods, xlsx

FILES = Path(__file__).parent / "files"
ROWS = [["Name", "Mobile", "Hot"], ["आशा राव", 9812340001.0, True], ["Bob", 7912345678.0, False]]


@each("content", {"xlsx": xlsx(ROWS), "ods": ods(ROWS)})
def test_cells_are_text_as_people_read_them(content):
    opened = table(content)
    assert opened.header == ["Name", "Mobile", "Hot"]
    assert list(opened.rows()) == [
        (2, ["आशा राव", "9812340001", "yes"]),
        (3, ["Bob", "7912345678", "no"]),
    ]


def test_an_old_workbook_with_dates_is_read():
    row = read_one((FILES / "list.xls").read_bytes())
    assert row.values["name"] == "आशा राव"
    assert row.values["phone_number"] == "+919812340001"
    assert row.values["follow_up"] == "2026-12-31T10:00:00+05:30"
    assert row.values["note"] == "Interested: yes"


@each("number, text", [(9.812340001e9, "9812340001"), (1.5, "1.5"), (1e-7, "0.0000001")])
def test_numbers_have_neither_an_exponent_nor_a_point_without_need(number, text):
    [(_row, cells)] = table(xlsx([["Phone", "x"], [9812340001, number]])).rows()
    assert cells == ["9812340001", text]


def test_rows_are_numbered_as_the_spreadsheet_shows_them():
    opened = table(xlsx([["Leads"], [], ["Phone"], [9812340001], [], [9812340002]]))
    assert opened.header_row == 3
    assert [row for row, _cells in opened.rows()] == [4, 6]


def test_the_first_visible_sheet_with_numbers_is_read():
    other = [["Phone"], [9812340009]]
    content = xlsx(other, [["How to use this file"]], ROWS, other, hidden={1})
    assert table(content).header == ["Name", "Mobile", "Hot"]


def test_a_spreadsheet_can_be_read_again():
    opened = table(xlsx(ROWS))
    assert list(opened.rows()) == list(opened.rows())


def test_text_in_a_spreadsheet_is_read_like_that_of_a_list():
    content = xlsx([["Mobile", "Name", "Follow up"], ["'98123 40001", "Asha Rao", 46387]])
    assert values(content) == {
        "phone_number": "+919812340001",
        "name": "Asha Rao",
        "follow_up": "2026-12-31T10:00:00+05:30",
    }


LAST_CELL = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


@each(
    "content, words",
    {
        "a password": ((FILES / "password.xlsx").read_bytes(), "protected with a password"),
        "another archive": (archive({"list.csv": "phone"}), "This is an archive"),
        "damaged": (xlsx(ROWS)[:-40], "cannot be opened as a spreadsheet"),
        "no workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cannot be opened"),
        "no rows": (xlsx([["Phone", "Name"]]), "no row below"),
        "nothing": (xlsx([], []), "The file is empty"),
        "no numbers": (xlsx([["City"], ["Pune"]]), "No column of this file has phone numbers"),
        "a far cell": (xlsx(f'<row r="1"><c r="A1"><v>1</v></c></row>{LAST_CELL}'), "too large"),
    },
)
def test_a_spreadsheet_that_cannot_be_read_is_refused_in_words(content, words):
    with pytest.raises(ImportRefused, match=words):
        table(content)


def test_a_spreadsheet_with_too_many_rows_says_to_save_it_as_csv(monkeypatch):
    monkeypatch.setattr("leads.transfer.reading.sheets.MAX_SHEET_ROWS", 5)
    monkeypatch.setattr("leads.transfer.reading.tables.MAX_SHEET_ROWS", 5)
    rows = [["Phone"], *([9812340000 + n] for n in range(5))]
    assert len(list(table(xlsx(rows[:5])).rows())) == 4
    with pytest.raises(ImportRefused, match=r"too large.*Save it as CSV"):
        table(xlsx(rows))


def test_a_small_file_that_unpacks_to_much_is_refused(monkeypatch):
    monkeypatch.setattr("leads.transfer.reading.sheets.MAX_SHEET_MEMORY", 200 * 1024 * 1024)
    row = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"a" * 100_000_000}</t></is></c></row>'
    content = xlsx(row)
    assert len(content) < 200_000
    with pytest.raises(ImportRefused, match="too large"):
        table(content)


def test_a_spreadsheet_that_computes_for_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr("leads.transfer.reading.sheets.MAX_SHEET_SECONDS", 1)
    cells = "<c><v>1</v></c>" * 4_000_000
    with pytest.raises(ImportRefused, match="too large"):
        table(xlsx(f'<row r="1">{cells}</row>'))


def test_the_limit_of_bytes_is_checked_before_anything_is_read(monkeypatch):
    assert limits.MAX_SHEET_BYTES < 100 * 1024 * 1024
    monkeypatch.setattr("leads.transfer.reading.sheets.MAX_SHEET_BYTES", 100)
    with pytest.raises(ImportRefused, match="too large"):
        table(xlsx(ROWS))
