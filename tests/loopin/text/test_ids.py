"""Ids as they come in addresses and forms."""

import pytest

from loopin.text.ids import row_id, row_ids


@pytest.mark.parametrize(("typed", "expected"), [("0", 0), ("17", 17), ("9" * 18, 10**18 - 1)])
def test_digits_are_an_id(typed, expected):
    assert row_id(typed) == expected


@pytest.mark.parametrize("typed", ["", "-1", "+1", " 1", "1.0", "1e3", "x", "१७", "²", "9" * 19])
def test_anything_else_is_none(typed):
    assert row_id(typed) is None


def test_several_come_once_each_and_in_order():
    assert row_ids(["3", "1", "3", "0"]) == [0, 1, 3]
    assert row_ids([]) == []


def test_one_that_is_no_id_spoils_them_all():
    assert row_ids(["3", "x"]) is None
