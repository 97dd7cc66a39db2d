"""Texts that look alike are alike, and what nobody sees is not kept."""

import pytest
from django.core.exceptions import ValidationError

from accounts import rules
from leads import rules as lead_rules
from loopin.text import email_address, spelling
from tests.each import each

LONG = 1000

ONE_LINE = [
    ("Jose\u0301", "Jos\u00e9"),
    ("  Asha\u00a0\u2003 Rao\t", "Asha Rao"),
    ("Asha\u200b Rao\u202c", "Asha Rao"),
    ("\ufeffAsha\u2066 Rao\u2069", "Asha Rao"),
    ("Asha\u00ad Rao", "Asha Rao"),
    ("A\nB\r\nC\u2028D", "A B C D"),
    ("\u200d\u200c Asha\u200d", "Asha"),
    ("क्\u200dष", "क्\u200dष"),
    ("👩\u200d👧 ❤\ufe0f", "👩\u200d👧 ❤\ufe0f"),
    ("\u3164\u115f", ""),
]

LINES = [
    ("one \r\n two\rthree", "one\ntwo\nthree"),
    ("one\u2029two", "one\ntwo"),
    ("one\n\n\ntwo\n", "one\n\n\ntwo"),
]


@each("typed, kept", ONE_LINE)
def test_one_line_has_one_spelling(typed, kept):
    assert spelling.normalise(typed, LONG) == kept
    assert spelling.normalise(kept, LONG) == kept


@each("typed, kept", LINES)
def test_lines_stay_lines(typed, kept):
    assert spelling.normalise_lines(typed, LONG) == kept


@each("rule", [rules.name, rules.person_name, rules.location, rules.bio, lead_rules.note])
def test_every_rule_of_a_text_drops_what_nobody_sees(rule):
    assert rule("\u202eA\u0301sha\u00a0\u200bRao\u202c ") == "Ásha Rao"


NAMES = [
    ("A. P. J. Abdul", "A. P. J. Abdul"),
    ("Md. Rahim", "Md. Rahim"),
    ("K. Rao", "K. Rao"),
    ("श्री. आशा राव", "श्री. आशा राव"),
    ("D\u2019Souza", "D'Souza"),
    ("D\u2018Souza", "D'Souza"),
    ("D\u02bcSouza", "D'Souza"),
    ("Jean\u2010Luc", "Jean\u2010Luc"),
]


@each("typed, kept", NAMES)
def test_names_are_taken_as_people_write_them(typed, kept):
    assert rules.name(typed) == kept


@each("typed", [".Asha", "Asha .", "Asha.. Rao", "Asha 2", "Asha (Delhi)", "...", "Asha_Rao"])
def test_other_signs_are_no_part_of_a_name(typed):
    with pytest.raises(ValidationError) as refused:
        rules.name(typed)
    assert refused.value.code == "invalid_characters"


def test_the_strict_rule_has_no_full_stops(settings):
    settings.NAME_FULL_STOPS = False
    with pytest.raises(ValidationError):
        rules.name("A. P. J. Abdul")


ADDRESSES = [
    ("asha@example.com", "asha@example.com"),
    (" asha@example.com\u202c", "asha@example.com"),
    ("asha@EXAMPLE.com", "asha@example.com"),
    ("Asha.Rao+x@example.com", "Asha.Rao+x@example.com"),
    ("asha@b\u00fccher.example", "asha@xn--bcher-kva.example"),
    ("asha@bu\u0308cher.example", "asha@xn--bcher-kva.example"),
    ("asha@xn--bcher-kva.example", "asha@xn--bcher-kva.example"),
    ("asha@\u0909\u0926\u093e\u0939\u0930\u0923.example", "asha@xn--p1b6ci4b4b3a.example"),
    ("asha@example\u3002com", "asha@example.com"),
]


@each("typed, kept", ADDRESSES)
def test_an_address_has_one_spelling(typed, kept):
    assert email_address.normalise(typed) == kept
    assert email_address.normalise(kept) == kept


UNDELIVERABLE = [
    "asha",
    "@example.com",
    "asha@",
    "ásha@example.com",
    "k\u0131ran@example.com",
    "आशा@example.com",
    "a@b@c@",
    "asha@exa mple.com",
    "asha@-b.com",
    "asha@example..com",
    f"asha@{'a' * 64}.com",
    "a\0@example.com",
]


@each("typed", UNDELIVERABLE)
def test_what_no_mail_server_takes_is_refused(typed):
    with pytest.raises(ValidationError) as refused:
        email_address.normalise(typed)
    assert refused.value.code == "invalid"
