"""What people type on pages: every usual spelling of a number, and what is said of the others."""

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from phonenumbers import (
    SUPPORTED_REGIONS,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
    number_type,
    parse,
)

from accounts.codes import rules as code_rules
from accounts.phone import countries, numbering_plan, numbers, refusals
from tests.each import each

NUMBER = "+916205829376"

UNDERSTOOD = [
    ("62058 29376", "IN", NUMBER),
    ("62058-29376", "IN", NUMBER),
    ("06205829376", "IN", NUMBER),
    ("916205829376", "IN", NUMBER),
    ("0916205829376", "IN", NUMBER),
    ("+91 62058 29376", "IN", NUMBER),
    ("+91 062058 29376", "IN", NUMBER),
    ("0091 6205829376", "IN", NUMBER),
    ("६२०५८ २९३७६", "IN", NUMBER),
    ("\u202a62058\u00a029376\u202c", "IN", NUMBER),
    ("+91 62058 29376", "US", NUMBER),
    ("9162058293", "IN", "+919162058293"),
    ("(202) 555-0123", "US", "+12025550123"),
    ("1 202 555 0123", "US", "+12025550123"),
    ("+1 202 555 0123", "IN", "+12025550123"),
    ("07400 123456", "GB", "+447400123456"),
    ("7400 123456", "GB", "+447400123456"),
    ("0151 23456789", "DE", "+4915123456789"),
    ("320 1234567", "IT", "+393201234567"),
    ("8 912 345-67-89", "RU", "+79123456789"),
    ("06 20 123 4567", "HU", "+36201234567"),
    ("9 11 2345-6789", "AR", "+5491123456789"),
    ("011 91 62058 29376", "US", NUMBER),
    ("0011 91 62058 29376", "AU", NUMBER),
    ("810 91 62058 29376", "RU", NUMBER),
    ("010 91 62058 29376", "JP", NUMBER),
    ("00 91 62058 29376", "US", NUMBER),
    ("+52 1 55 1234 5678", "IN", "+525512345678"),
    ("044 55 1234 5678", "MX", "+525512345678"),
    ("045 55 1234 5678", "MX", "+525512345678"),
    ("01 55 1234 5678", "MX", "+525512345678"),
    ("55 1234 5678", "MX", "+525512345678"),
    ("6205829376.0", "IN", NUMBER),
    ("916205829376.00", "IN", NUMBER),
    ('="6205829376"', "IN", NUMBER),
    ("'6205829376", "IN", NUMBER),
    ("p:+916205829376", "US", NUMBER),
    ("tel:+91-62058-29376", "US", NUMBER),
    ("\u3000６２０５８\u2009２９３７６", "IN", NUMBER),
]

ONE_TOO_LONG = "This number is one digit too long. "

REFUSED = [
    ("", "IN", "required", "Enter your phone number."),
    (" \t", "IN", "required", "Enter your phone number."),
    ("12", "IN", "too_short", "This number is 8 digits short."),
    ("0", "IN", "too_short", "This number is 10 digits short."),
    ("620582937", "IN", "too_short", "This number is one digit short."),
    ("0620582937", "IN", "too_short", "This number is one digit short."),
    ("+91 620582937", "US", "too_short", "This number is one digit short."),
    ("62058293761", "IN", "too_long", "This number is one digit too long."),
    ("9162058293761", "IN", "too_long", "This number is one digit too long."),
    ("620582937612", "IN", "too_long", "This number is 2 digits too long."),
    ("7" * 41, "IN", "too_long", "This is too long for a phone number."),
    ("6205829376 x", "IN", "invalid_characters", "Use only digits, spaces and dashes."),
    ("my phone", "IN", "invalid_characters", "Use only digits, spaces and dashes."),
    ("+", "IN", "invalid_characters", "Use only digits, spaces and dashes."),
    ("62058\x0029376", "IN", "invalid_characters", "Use only digits, spaces and dashes."),
    ("+999 12345678", "IN", "invalid", "Enter a phone number with its country code"),
    ("00", "IN", "invalid", "Enter a phone number with its country code"),
    ("9.19812E+11", "IN", "shortened", "A spreadsheet has shortened this number"),
    ("9,81234e+09", "IN", "shortened", "A spreadsheet has shortened this number"),
    ("79912345678", "IN", "too_long", ONE_TOO_LONG + "Did you mean +91 79123 45678?"),
    ("77912345678", "IN", "too_long", ONE_TOO_LONG + "Did you mean +91 79123 45678?"),
    ("79123456780", "IN", "too_long", ONE_TOO_LONG + "Did you mean +91 79123 45678?"),
    ("12025550123", "IN", "too_long", ONE_TOO_LONG + "Did you mean +1 202-555-0123?"),
    ("447400123456", "IN", "too_long", "This number is 2 digits too long. Did you mean +44 7400"),
]

REFUSED_IN_PRODUCTION = [
    ("5205829376", "IN", "not_mobile", "Mobile numbers in India begin with 6, 7, 8 or 9."),
    ("+91 5205829376", "US", "not_mobile", "Mobile numbers in India begin with 6, 7, 8 or 9."),
    ("650 1234567", "IT", "not_mobile", "This is not a mobile number in Italy."),
    ("022 2345 6789", "IN", "landline", "This is a landline number. Enter a mobile number"),
    ("020 7946 0958", "GB", "landline", "This is a landline number. Enter a mobile number"),
    ("+44 20 7946 0958", "IN", "landline", "This is a landline number. Enter a mobile number"),
    ("+1234567890", "IN", "too_short", "This number is one digit short."),
    ("1409812340", "IN", "not_mobile", "Mobile numbers in India begin with 6, 7, 8 or 9."),
    ("+91 1600123456", "US", "not_mobile", "Mobile numbers in India begin with 6, 7, 8 or 9."),
    ("+44 70 1234 5678", "IN", "not_mobile", "This is not a mobile number in United Kingdom."),
    ("+44 76 4012 3456", "IN", "not_mobile", "This is not a mobile number in United Kingdom."),
    ("+1 900 234 5678", "IN", "not_mobile", "This is not a mobile number in United States."),
]


def refusal(text: str, region: str) -> ValidationError:
    with pytest.raises(ValidationError) as raised:
        numbers.normalise(text, region)
    return raised.value


@each("validation", ["valid", "e164"])
@each("text, region, number", UNDERSTOOD)
def test_the_usual_spellings_are_understood(settings, validation, text, region, number):
    settings.PHONE_VALIDATION = validation
    assert numbers.normalise(text, region) == number


@each("text, region, code, words", REFUSED + REFUSED_IN_PRODUCTION)
def test_what_is_wrong_is_said(settings, text, region, code, words):
    settings.PHONE_VALIDATION = "valid"
    error = refusal(text, region)
    assert (error.code, error.messages[0][: len(words)]) == (code, words)


def test_lengths_that_are_not_in_a_row_are_listed(settings):
    settings.PHONE_VALIDATION = "e164"
    regions = [
        region for region in SUPPORTED_REGIONS if has_gap(numbering_plan.mobile_lengths(region))
    ]
    for region in regions:
        lengths = numbering_plan.mobile_lengths(region)
        between = next(n for n in range(lengths[0], lengths[-1]) if n not in lengths)
        error = refusals._wrong_length("9" * between, region)
        assert error.code == "wrong_length"
        assert all(str(length) in error.messages[0] for length in lengths)
    assert regions


def has_gap(lengths) -> bool:
    return lengths[-1] - lengths[0] >= len(lengths)


@pytest.mark.parametrize("number", ["+1234567890", "+15005550006", "+99912345678"])
def test_development_takes_any_number_with_its_code(settings, number):
    settings.PHONE_VALIDATION = "e164"
    assert numbers.normalise(number, "IN") == number


def test_development_holds_a_national_number_to_its_length_alone(settings):
    settings.PHONE_VALIDATION = "e164"
    assert numbers.normalise("1234567890", "IN") == "+911234567890"
    assert refusal("123456789", "IN").code == "too_short"


@each("region", sorted(SUPPORTED_REGIONS))
def test_every_country_s_numbers_are_shown_as_they_may_be_typed(settings, region):
    settings.PHONE_VALIDATION = "valid"
    example = example_number_for_type(region, PhoneNumberType.MOBILE)
    if example is None:
        pytest.skip("no mobile numbers are known")
    number = format_number(example, PhoneNumberFormat.E164)
    shown_region, national = numbers.to_national(number)
    assert shown_region
    assert not national.startswith("+")
    assert numbers.normalise(national, shown_region) == number


def test_a_number_of_no_country_is_shown_whole(settings):
    assert numbers.to_national("+1234567890") == ("", "+1234567890")
    settings.SMS_ALLOWED_COUNTRIES = ["IN"]
    assert numbers.to_national("+12025550123") == ("", "+12025550123")


def test_india_s_mobile_numbers_begin_as_it_is_said():
    """But for 1600 and 1601, which only offices have."""
    accepted = {
        first
        for first in range(1000, 10000)
        for rest in ("123456", "000000", "999999", "500000")
        if is_mobile(f"+91{first}{rest}")
    }
    assert {str(first)[0] for first in accepted - {1600, 1601}} == set(
        numbering_plan.FIRST_DIGITS["IN"]
    )


def is_mobile(number: str) -> bool:
    return number_type(parse(number)) == PhoneNumberType.MOBILE


def test_names_follow_the_language():
    with override("hi"):
        assert countries.name("IN") == "भारत"
        assert "भारत (+91)" in countries.render_options("IN")
    assert "India (+91)" in countries.render_options("IN")


CODES = [
    ("1097", "1097"),
    (" 10 97 ", "1097"),
    ("10-97", "1097"),
    ("1‑0–9−7", "1097"),
    ("१०९७", "1097"),
    ("１０９７", "1097"),
    ("1097 is your Loopin code. It works for 10 minutes.\n\n@loopin.example #1097", "1097"),
    ("1097 is your Loopin code.\n@10.0.0.1 #1097", "1097"),
]


@each("text, code", CODES)
def test_a_code_is_found_in_what_was_pasted(text, code):
    assert code_rules.find_code(text, 4) == code


@each("text", ["", "109", "10975", "1097 or 1098", "code", "1o97"])
def test_a_code_is_not_guessed(text):
    with pytest.raises(ValidationError):
        code_rules.find_code(text, 4)
