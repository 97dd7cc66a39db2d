"""What people type as a code, and what they are told when it cannot be one."""

import pytest
from django.core.exceptions import ValidationError

from accounts.codes import rules


@pytest.mark.parametrize(
    ("typed", "lengths", "code"),
    [
        ("1097", (4,), "1097"),
        (" 10 - 97 ", (4,), "1097"),
        ("10\u201397", (4,), "1097"),
        ("10\u221297", (4,), "1097"),
        ("१०९७", (4,), "1097"),
        ("1097 is your Loopin code. It works for 10 minutes.", (4,), "1097"),
        ("Code 109734, for 10 minutes", (4, 6), "109734"),
        ("1097 is your code: 1097", (4,), "1097"),
    ],
)
def test_a_code_is_found_in_what_is_typed_or_pasted(typed, lengths, code):
    assert rules.find_code(typed, *lengths) == code


@pytest.mark.parametrize(
    ("typed", "lengths", "count"),
    [
        ("", (4,), 4),
        ("12345", (4,), 4),
        ("12345", (6,), 6),
        ("12345", (8, 6), 6),
        ("1097 or 1098", (4,), 4),
        ("none", (8, 6), 6),
    ],
)
def test_what_holds_no_single_code_is_refused_with_the_digits_it_should_have(typed, lengths, count):
    with pytest.raises(ValidationError) as raised:
        rules.find_code(typed, *lengths)
    assert raised.value.messages == [f"Enter the {count} digits of the code."]
    assert raised.value.code == "invalid"


@pytest.mark.parametrize("value", ["1097", "109734", "10973412"])
def test_codes_have_four_six_or_eight_digits(value):
    assert rules.otp_code(value) == value


@pytest.mark.parametrize("value", ["109734", "10973412"])
def test_codes_that_permit_more_than_signing_in_have_six_or_eight(value):
    assert rules.long_otp_code(value) == value


def test_a_short_code_permits_no_more_than_signing_in():
    with pytest.raises(ValidationError) as raised:
        rules.long_otp_code("1097")
    assert raised.value.messages == ["Enter the 6 digits of the code."]


@pytest.mark.parametrize("value", ["", "109", "10973", "1097341", "109734128", "10 97", "१०९७"])
def test_no_others_do(value):
    with pytest.raises(ValidationError) as raised:
        rules.otp_code(value)
    assert raised.value.messages == ["Enter the 4 digits of the code."]
    with pytest.raises(ValidationError) as raised:
        rules.long_otp_code(value)
    assert raised.value.messages == ["Enter the 6 digits of the code."]
    assert raised.value.code == "invalid"
