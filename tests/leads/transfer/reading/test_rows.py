"""A bad cell costs the cell, and its text is kept in the note."""

import pytest

from leads.models.lead_note import MAX_NOTE_LENGTH
from tests.each import each
from tests.leads.transfer.reading.opened import read, read_one, table, values

PHONE = {"phone_number": "+919812340001"}


@each(
    "column, cell, field, value",
    [
        ("name", "Asha Rao", "name", "Asha Rao"),
        ("name", "  K   Rao ", "name", "K Rao"),
        ("name", "A. P. J. Abdul", "name", "A. P. J. Abdul"),
        ("name", "Md. Rahim", "name", "Md. Rahim"),
        ("name", "O’Neil", "name", "O'Neil"),
        ("name", "'-Asha", "name", "-Asha"),
        ("name", "Asha\u200b Rao\u202c", "name", "Asha Rao"),
        ("e-mail", "mailto:Asha@Example.COM", "email", "Asha@example.com"),
        ("e-mail", "asha@example.com ", "email", "asha@example.com"),
        ("note", "line one\nline two", "note", "line one\nline two"),
        ("note", "=1+1", "note", "=1+1"),
        ("note", "'=1+1", "note", "=1+1"),
        ("follow-up", "2026-12-31", "follow_up", "2026-12-31T10:00:00+05:30"),
        ("City", "Pune", "note", "City: Pune"),
        ("campaign_name", "Diwali", "note", "Campaign name: Diwali"),
    ],
)
def test_a_readable_cell_is_taken_without_a_warning(column, cell, field, value):
    content = f'phone,{column}\n9812340001,"{cell}"\n'
    assert values(content) == {**PHONE, field: value}
    assert read_one(content).warnings == []


@each(
    "column, cell, code, note",
    [
        ("name", "Jo", "invalid_name", "Name in the file: Jo"),
        ("name", "Asha Rao (Delhi)", "invalid_name", "Name in the file: Asha Rao (Delhi)"),
        ("name", "=cmd|' /C calc'!A0", "invalid_name", "Name in the file: =cmd|' /C calc'!A0"),
        ("e-mail", "asha@example", "invalid_email", "E-mail in the file: asha@example"),
        ("consent", "perhaps", "invalid_consent", "Consent in the file: perhaps"),
        ("Do not call", "ask", "invalid_consent", "Do not call in the file: ask"),
        ("follow-up", "next week", "invalid_follow_up", "Follow-up in the file: next week"),
        ("follow-up", "2026-02-30", "invalid_follow_up", "Follow-up in the file: 2026-02-30"),
        ("follow-up", "2026-11-28", "invalid_follow_up", "Follow-up in the file: 2026-11-28"),
    ],
)
def test_an_unreadable_cell_goes_into_the_note_with_a_warning(column, cell, code, note):
    content = f'phone,{column}\n9812340001,"{cell}"\n'
    assert values(content) == {**PHONE, "note": note}
    [warning] = read_one(content).warnings
    assert (warning.column, warning.code) == (1, code)
    assert warning.reason


@each("cell", ["", " ", "-", "N/A", "null", "nan", "#N/A", "\u2014"])
def test_words_for_nothing_are_nothing(cell):
    content = f"phone,name,email,consent,follow-up,note,city\n9812340001{f',{cell}' * 6}\n"
    assert values(content) == PHONE
    assert read_one(content).warnings == []


@each(
    "cell, answer",
    [
        *(
            (word, True)
            for word in ("yes", "Y", "TRUE", "1", "haan", "हाँ", "Agreed", "opt-in", "✓")
        ),
        *(
            (word, False)
            for word in ("no", "N", "false", "0", "नहीं", "DND", "do not call", "opt_out")
        ),
    ],
)
def test_consent_is_read_in_the_words_of_lists(cell, answer):
    assert read_one(f"phone,consent\n9812340001,{cell}\n").values["consent"] is answer


@each("cell, answer", [("yes", False), ("DND", False), ("1", False), ("no", None), ("", None)])
def test_who_did_not_object_has_not_agreed(cell, answer):
    assert read_one(f"phone,DND\n9812340001,{cell}\n").values["consent"] is answer


def test_an_objection_outweighs_a_consent():
    row = read_one("phone,consent,Do not call\n9812340001,yes,yes\n")
    assert row.values["consent"] is False


@each(
    "cells, name",
    [
        ("Asha,Rao,", "Asha Rao"),
        ("Asha,,", "Asha"),
        (",Rao,", "Rao"),
        ("Asha,Rao,Asha K. Rao", "Asha K. Rao"),
    ],
)
def test_first_and_last_names_are_one_name(cells, name):
    assert values(f"First Name,Last Name,Name,Phone\n{cells},9812340001\n")["name"] == name


def test_the_note_has_what_people_wrote_then_what_could_not_be_read_then_the_rest():
    content = (
        "City,Remarks,Name,Comments,Phone,WhatsApp\n"
        "Pune,call later,X,likes music,9812340001,9812340002\n"
    )
    assert read_one(content).values["note"].split("\n") == [
        *("call later", "likes music", "Name in the file: X", "WhatsApp: 9812340002"),
        "City: Pune",
    ]


def test_cells_beyond_the_columns_are_kept():
    row = read("phone,name\n1,Bob\n2,Bob\n9812340001,Asha Rao,12, MG Road,\n")[4]
    assert row.values["note"] == "12, MG Road"
    assert [(warning.column, warning.code) for warning in row.warnings] == [(None, "extra_cells")]


@each("length", [MAX_NOTE_LENGTH + 1, 5 * MAX_NOTE_LENGTH])
def test_a_long_note_is_cut_with_a_warning(length):
    row = read_one(f"phone,note\n9812340001,{'x' * length}\n")
    assert row.values["note"] == "x" * MAX_NOTE_LENGTH
    assert [warning.code for warning in row.warnings] == ["note_cut"]


def test_a_note_is_cut_where_it_has_to_end():
    row = read_one(f"phone,note,city\n9812340001,{'x' * (MAX_NOTE_LENGTH - 3)},Pune\n")
    assert row.values["note"] == "x" * (MAX_NOTE_LENGTH - 3) + "\nCi"
    assert [warning.code for warning in row.warnings] == ["note_cut"]


def test_what_cannot_be_shown_is_left_out_of_a_note():
    assert values("phone,note\n9812340001,a\x07b\ufeffc\td\n")["note"] == "abc d"


def test_columns_that_are_left_out_leave_nothing():
    assert values("id,phone,created_time\n7,9812340001,2026-11-01\n") == PHONE


@pytest.mark.parametrize("language", ["hi"])
def test_reasons_are_in_the_language_of_the_reader(language):
    from django.utils.translation import override

    with override(language):
        opened = table("phone,name\n12,Asha\n")
        row = read_one("phone,name\n12,Asha\n")
    assert opened.header == ["phone", "name"]
    assert not row.refusal.reason.isascii()
