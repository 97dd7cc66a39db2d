"""Any file with a column of numbers is a table, whatever program wrote it."""

import io
from itertools import islice

import pytest

from leads.transfer.errors import ImportRefused
from leads.transfer.reading import limits, tables
from tests.each import each
from tests.leads.transfer.reading.opened import read, table

LIST = "नाम,Phone\r\nआशा राव,9812340001\r\n"
WESTERN = "Name,Phone\nJosé Ñandú,9812340001\n"


@each(
    "content",
    {
        "UTF-8": LIST.encode(),
        "UTF-8 with a mark": LIST.encode("utf-8-sig"),
        "UTF-16 with a mark": LIST.encode("utf-16"),
        "UTF-16, big end first, with a mark": b"\xfe\xff" + LIST.encode("utf-16-be"),
        "UTF-16 without a mark": LIST.encode("utf-16-le"),
        "UTF-16, big end first, without a mark": LIST.encode("utf-16-be"),
    },
)
def test_hindi_is_read_in_every_encoding(content):
    opened = table(content)
    assert (opened.header, list(opened.rows())) == (
        ["नाम", "Phone"],
        [(2, ["आशा राव", "9812340001"])],
    )


def test_windows_1252_is_what_is_not_utf_8():
    assert [cells for _row, cells in table(WESTERN.encode("cp1252")).rows()] == [
        ["José Ñandú", "9812340001"]
    ]


def test_one_broken_byte_does_not_change_the_names_of_the_others():
    opened = table(LIST.encode() + "आशा".encode() + b"\xff,9812340002\n")
    assert [cells[0] for _row, cells in opened.rows()] == ["आशा राव", "आशा\ufffd"]


@each("end", ["\n", "\r\n", "\r"])
@each("separator", [",", ";", "\t", "|"])
def test_lines_and_cells_may_end_as_they_like(separator, end):
    lines = ["Name", "Phone"], ['"Rao, Asha; so\nto say"', "9812340001"], ["", ""], ["Bob", "98"]
    opened = table(end.join(separator.join(cells) for cells in lines))
    assert opened.header == ["Name", "Phone"]
    assert list(opened.rows()) == [
        (2, ["Rao, Asha; so\nto say", "9812340001"]),
        (4, ["Bob", "98"]),
    ]


@each(
    "content, header",
    [
        ("Name, first;Phone;City\na,b;9812340001;c,d,e\n", ["Name, first", "Phone", "City"]),
        ("Rao, Asha;9812340001\nSen, Bob;9812340002\n", ["Column A", "Column B"]),
        ("a;b,9812340001\nc;d,9812340002\n", ["Column A", "Column B"]),
        ("sep=;\na;Phone\n1,5;9812340001\n", ["a", "Phone"]),
        ('"sep=|"\na|Phone\n1,5|9812340001\n', ["a", "Phone"]),
        ("sep=\t\na\tPhone\n1,5\t9812340001\n", ["a", "Phone"]),
        ("phone\n9812340001\n", ["phone"]),
    ],
)
def test_the_separator_is_the_one_that_yields_a_column_of_numbers(content, header):
    assert table(content).header == header


def test_the_line_that_names_the_separator_is_no_row():
    assert [row for row, _cells in table("sep=;\nName;Phone\na;9812340001\n").rows()] == [2]


@each(
    "above, header_row",
    [
        ("Leads November 2026\n", 2),
        ("Phone leads of November\n\nexported by Asha,,,\n", 4),
        (",,,\n\n\n", 4),
        ("", 1),
    ],
)
def test_the_names_of_the_columns_may_stand_below_a_title(above, header_row):
    opened = table(f"{above}Name,Mobile No.,City\nAsha,9812340001,Pune\n")
    assert (opened.header, opened.header_row) == (["Name", "Mobile No.", "City"], header_row)
    assert list(opened.rows()) == [(header_row + 1, ["Asha", "9812340001", "Pune"])]


def test_a_row_that_speaks_of_phones_is_no_header():
    opened = table("Name,Phone\nAsha,12,mobile off\nBob,9812340001,\n")
    assert opened.header_row == 1


def test_a_list_without_names_of_columns_begins_with_its_first_row():
    opened = table("Asha Rao,9812340001\nBob Rao,98123 40002\n")
    assert (opened.header, opened.header_row) == (["Column A", "Column B"], 0)
    assert [row for row, _cells in opened.rows()] == [1, 2]


def test_columns_of_numbers_are_found_without_their_name():
    opened = table("Customer,M1,City\nAsha,12,Pune\nBob,9812340001,Delhi\n")
    assert opened.header == ["Customer", "M1", "City"]


def test_a_column_without_a_name_has_its_letter():
    assert table("phone,,x,\n9812340001,Asha,y,\n").header == ["phone", "Column B", "x"]


def test_rows_have_a_cell_for_each_column_and_those_beyond():
    opened = table("phone,name,city\n1\n2,b,c,,\n3,b,c,d\n9812340001\n")
    assert [cells for _row, cells in opened.rows()] == [
        ["1", "", ""],
        ["2", "b", "c"],
        ["3", "b", "c", "d"],
        ["9812340001", "", ""],
    ]


def test_the_rows_can_be_read_again():
    opened = table("phone\n9812340001\n")
    assert list(opened.rows()) == list(opened.rows()) == [(2, ["9812340001"])]


def test_zero_bytes_are_shown_as_broken_characters():
    [(_row, cells)] = table(b"phone,name\n9812340001,As\x00ha\n").rows()
    assert cells == ["9812340001", "As\ufffdha"]


@each(
    "content, cells",
    {
        "inside": ('"Asha "Bunty" Rao",9812340001', ['"Asha "Bunty" Rao"', "9812340001"]),
        "behind": ('"Asha"x,9812340001', ['"Asha"x', "9812340001"]),
        "never closed": ('"Asha,9812340001', ['"Asha', "9812340001"]),
        "with a separator": ('"Rao, "A" Asha",9812340001', ['"Rao, "A" Asha",9812340001', ""]),
    },
)
def test_a_quotation_mark_out_of_place_costs_its_row_at_most(content, cells):
    opened = table(f'Name,Phone\nfirst,98\n{content}\n"Bob, Rao",9812340002\n')
    assert list(opened.rows()) == [
        (2, ["first", "98"]),
        (3, cells),
        (4, ["Bob, Rao", "9812340002"]),
    ]


def test_too_many_quotation_marks_out_of_place_end_the_file():
    rows = table("Name,Phone\n" + "a,9812340001\n" * 500 + '"a"x,9812340001\n' * 200).rows()
    with pytest.raises(ImportRefused, match="Row 602 has a quotation mark out of place"):
        for _row in rows:
            pass


@each(
    "content, words",
    {
        "nothing": (b"", "The file is empty"),
        "blanks": (b"\xef\xbb\xbf \n\n,,\n", "The file is empty"),
        "names alone": (b"phone,name\n", "no row below"),
        "no numbers": (b"name,email\nAsha,a@example.com\n", "name it “phone”"),
        "prose": (b"Dear Sir, I am writing to you.\nYours, Asha\n", "name it “phone”"),
        "a PDF": (b"%PDF-1.7\n", "This is a PDF"),
        "a picture": (b"\x89PNG\r\n\x1a\n", "This is a picture"),
        "bytes": (bytes(range(256)) * 20, "not a list"),
        "a web page": (b"\n<html><table><tr><td>phone", "This is a web page"),
        "contacts": (b"BEGIN:VCARD\nVERSION:3.0", "contact cards"),
        "JSON": (b'[{"phone": "9812340001"}]', "This is a JSON file"),
        "columns": (b"phone," + b"a," * 10_000 + b"z\n9812340001\n", "more than 1000 columns"),
        "a cell": (b"phone,note\n9812340001," + b"x" * 10_000_000, "Row 2 is too long"),
        "a line": (b"x" * 10_000_000, "Row 1 is too long"),
    },
)
def test_a_file_that_is_no_list_is_refused_in_words(content, words):
    with pytest.raises(ImportRefused, match=words):
        list(table(content).rows())


def test_a_cell_that_is_too_long_ends_the_file_after_the_rows_before():
    before = "9812340001,\n" * 500
    rows = table(f"phone,note\n{before}2,{'x' * 200_000}\n").rows()
    assert [row for row, _cells in islice(rows, 500)] == list(range(2, 502))
    with pytest.raises(ImportRefused, match="Row 502 is too long"):
        next(rows)


class Endless(io.RawIOBase):
    """A file of `rows` rows that exists only where it is read."""

    line = b"Asha Rao,9812340001\n"

    def __init__(self, rows):
        self.size, self.at, self.largest = rows * len(self.line), 0, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        self.at = offset + (0, self.at, self.size)[whence]
        return self.at

    def read(self, size=-1):
        assert size >= 0, "the whole file was asked for"
        self.largest = max(self.largest, size)
        size = min(size, self.size - self.at)
        start = self.at % len(self.line)
        self.at += size
        return (self.line * (size // len(self.line) + 2))[start : start + size]


def test_a_large_file_is_read_in_pieces():
    file = Endless(200_000)
    opened = tables.open_table(file, file_name="")
    assert sum(1 for _row in opened.rows()) == 200_000
    assert file.largest <= 1024 * 1024
    assert len(opened.sample) == limits.HEAD_ROWS


def test_rows_that_nobody_can_be_called_from_are_numbered_as_in_the_file():
    rows = read("phone\n\n12\n\n9812340001\n")
    assert {row: one.refusal is None for row, one in rows.items()} == {3: False, 5: True}
