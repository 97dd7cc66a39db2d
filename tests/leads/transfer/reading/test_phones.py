"""A number is read where it is complete, and never guessed."""

from leads.transfer.reading.phones import Refusal
from tests.each import each
from tests.leads.transfer.reading.opened import read, read_one


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


def read_number(cell, **options):
    return read_one(f"phone,name\n{quoted(cell)},Asha Rao\n", **options)


@each(
    "cell",
    [
        *("9812340001", "98123 40001", "+91 98123-40001", "0091 9812340001", "09812340001"),
        *("919812340001", "(+91) 98123 40001", "tel:+919812340001", "p:+919812340001"),
        *("9812340001.0", "919812340001.0", '="9812340001"', "'9812340001", "९८१२३४०००१"),
        *("\u200e+91\u00a098123\u00a040001\u202c", " 98123\u201340001 ", "９８１２３４０００１"),
    ],
)
def test_spellings_of_a_number_are_one_number_without_a_doubt(cell):
    row = read_number(cell)
    assert row.values["phone_number"] == "+919812340001"
    assert (row.warnings, row.is_doubtful, row.is_foreign) == ([], False, False)


@each(
    "cell, rest",
    [
        ("9812340001 / 9812340002", "9812340002"),
        ("9812340001, 9812340002", "9812340002"),
        ("9812340001;9812340002", "9812340002"),
        ("9812340001\n9812340002", "9812340002"),
        ("+919812340001 +919812340002", "+919812340002"),
        ("022-22334455 / 9812340001", "022-22334455"),
        ("9812340001 or 9812340002", "9812340002"),
        ("9812340001/02", "02"),
    ],
)
def test_of_several_numbers_the_first_that_can_be_called_is_taken(cell, rest):
    row = read_number(cell)
    assert row.values["phone_number"] == "+919812340001"
    assert row.values["note"] == f"Phone: {rest}"
    assert [(warning.column, warning.code) for warning in row.warnings] == [(0, "several_numbers")]
    assert row.is_doubtful


@each(
    "cell",
    [
        *("Mob: 9812340001", "Ph. No. 98123 40001", "WhatsApp 9812340001", "M-9812340001"),
        *("9812340001 (WhatsApp)", "9812340001 [office]", "9812340001 whatsapp", "मो. 9812340001"),
    ],
)
def test_words_around_a_number_are_doubts(cell):
    row = read_number(cell)
    assert row.values["phone_number"] == "+919812340001"
    assert [warning.code for warning in row.warnings] == ["words_around_number"]
    assert row.is_doubtful


@each("cell", ["9999999999", "9876543210", "+91 88888 88888"])
def test_numbers_that_look_made_up_are_doubts(cell):
    row = read_number(cell)
    assert [warning.code for warning in row.warnings] == ["made_up_number"]
    assert row.is_doubtful


@each(
    "cell, code, reason",
    [
        ("12", "number_unreadable", "This number is 8 digits short."),
        ("98123400011", "number_unreadable", "Did you mean +91 98123 40011?"),
        ("447400123456", "number_unreadable", "Did you mean +44 7400 123456?"),
        ("9.19812E+11", "number_unreadable", "its last digits are lost"),
        ("9.81234E9", "number_unreadable", "its last digits are lost"),
        (f"{'x' * 200} 9812340001", "number_unreadable", "too long for a phone number"),
        ("call Asha", "number_unreadable", "Use only digits, spaces and dashes."),
        ("98123-40001 to 98123-40010", "number_unreadable", "Use only digits"),
        ("#REF!x", "number_unreadable", "Use only digits"),
        ("022-22334455", "number_not_callable", "This is a landline number."),
        ("1600123456", "number_not_callable", "begin with 6, 7, 8 or 9"),
        ("(+91) ••••• ••376", "number_masked", "This number is masked."),
        ("98xxxxx376", "number_masked", "This number is masked."),
        ("", "number_missing", "There is no phone number in this row."),
        ("N/A", "number_missing", "There is no phone number in this row."),
        ("-", "number_missing", "There is no phone number in this row."),
    ],
)
def test_a_number_that_cannot_be_read_or_called_refuses_its_row(cell, code, reason):
    row = read_number(cell)
    assert row.values is None
    assert row.refusal.code == code
    assert reason in row.refusal.reason
    assert row.refusal.column == (None if code == "number_missing" else 0)


COLUMNS = "Phone,WhatsApp,Mobile 2,Name\n" + "9812340009,9812340009,,Bob\n" * 20


@each(
    "cells, number, note",
    [
        (",9812340001,9812340002", "+919812340001", "Mobile 2: 9812340002"),
        (",,9812340001", "+919812340001", ""),
        ("NA,-,9812340001", "+919812340001", ""),
        ("9812340001,+91 98123 40001,09812340001", "+919812340001", ""),
        ("9812340001,1234,", "+919812340001", "WhatsApp: 1234"),
        ("12,9812340001,", "+919812340001", "Phone in the file: 12"),
        ("022-22334455,9812340001,", "+919812340001", "Phone in the file: 022-22334455"),
    ],
)
def test_a_further_number_is_called_if_the_first_cannot_be(cells, number, note):
    row = read(f"{COLUMNS}{cells},Asha Rao\n")[22]
    assert (row.values["phone_number"], row.values["note"]) == (number, note)
    assert not row.is_doubtful


def test_the_reason_of_a_refused_row_is_that_of_its_first_number():
    row = read(f"{COLUMNS},12,1\n")[22]
    assert row.refusal == Refusal("number_unreadable", "This number is 8 digits short.", 1)


@each(
    "code, cell, number",
    [
        ("+91", "9812340001", "+919812340001"),
        ("91.0", "919812340001", "+919812340001"),
        ("44", "7400123456", "+447400123456"),
        ("0044", "07400123456", "+447400123456"),
        ("GB", "7400 123456", "+447400123456"),
        ("1", "+919812340001", "+919812340001"),
        ("", "9812340001", "+919812340001"),
    ],
)
def test_a_column_may_have_the_country_codes(code, cell, number):
    row = read_one(f"Country Code,Mobile\n{code},{cell}\n")
    assert row.values["phone_number"] == number
    assert row.is_foreign == (row.values["country"] != "IN")


@each("code", ["999", "XX", "India or so"])
def test_an_unknown_country_code_refuses_its_row(code):
    row = read_one(f"Country Code,Mobile\n{code},9812340001\n")
    assert row.refusal == Refusal("number_unreadable", "This country code is not known.", 1)


def test_numbers_without_a_country_code_are_of_the_chosen_country():
    row = read_number("07400 123456", region="GB")
    assert (row.values["phone_number"], row.values["country"]) == ("+447400123456", "GB")
    assert not row.is_foreign
    assert read_number("+91 98123 40001", region="GB").is_foreign
    assert read_number("98123 40001", region="GB").refusal
