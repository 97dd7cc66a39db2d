"""The variables of signing up: codes, numbers, names, age and consent."""

from typing import Annotated, Literal

import phonenumbers
from pydantic import AfterValidator, Field

from loopin.config.otp_test_numbers import MAX_TEST_NUMBERS, check_test_numbers
from loopin.config.variables import NOT_SET, BaseVariables, ByDefault, CommaSeparated, Format


def _(words: str) -> str:
    """Marks words for the catalogues. Django's own marker needs settings made from these."""
    return words


def _known_region(value: str) -> str:
    region = value.upper()
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("must be a country as ISO 3166 writes it, such as IN")
    return region


class SignUpVariables(BaseVariables):
    """Signing up."""

    UNIFIED_SIGNUP: bool = Field(
        False,
        description="Whether every operation of the API that takes a number answers alike for all,"
        " caps included, so that nobody can find out which numbers have accounts. Signing up and in"
        " on the pages always behaves so.",
    )
    OTP_LENGTH: int = Field(
        4,
        ge=4,
        le=8,
        description="How many digits a code has. A number that is guessed at gets longer codes.",
    )
    OTP_SPRAY_THRESHOLD: int = Field(
        500,
        ge=1,
        le=1_000_000,
        description="After how many wrong guesses at all numbers together, in a day in India,"
        " every new code of that day has at least 6 digits.",
    )
    OTP_TEST_NUMBERS: Annotated[
        CommaSeparated,
        AfterValidator(check_test_numbers),
        Format(f"at most {MAX_TEST_NUMBERS} of number:code@last-day, separated by commas"),
    ] = Field(
        [],
        description="Numbers that take a fixed code and get no SMS, for those who review apps for"
        " the stores. An entry stops working at the end of its last day in India.",
        examples=["+919999900001:4321@2027-01-31"],
    )
    PHONE_VALIDATION: Annotated[
        Literal["e164", "valid"], ByDefault(development="e164", production="valid")
    ] = Field(
        NOT_SET,
        description="Which numbers are taken: with e164 any well-formed one, with valid those that"
        " also exist in their country's numbering plan.",
    )
    DEFAULT_COUNTRY: Annotated[str, AfterValidator(_known_region), Format("two letters")] = Field(
        "IN",
        description="The country of numbers that are typed without a country code, as ISO 3166"
        " writes it. On pages people may choose another.",
        examples=["AE"],
    )
    NAME_MIN_LENGTH: int = Field(
        3, ge=1, le=100, description="How many characters the shortest name has."
    )
    NAME_FULL_STOPS: bool = Field(
        True,
        description="Whether a name may have a full stop after a letter, as in A. P. J. Abdul.",
    )
    MINIMUM_AGE: int = Field(
        18,
        ge=0,
        le=120,
        description="How many years old people have to be, by the date in India. On that birthday"
        " they are old enough. With 0 everybody is.",
    )
    PICTURES_REQUIRED: bool = Field(
        True,
        description="Whether a profile needs a picture. If not, people may skip that step on the"
        " pages, apps may complete a profile without pictures, and a profile's last picture may be"
        " removed.",
    )
    CONTACT_NOTICE: str = Field(
        _("You may call or message me about my sign-up and events. I can say stop at any time."),
        description="What people agree to when they let you contact them. Another text is shown as"
        " it is in every language, unless the catalogues translate it.",
    )
    CONTACT_NOTICE_VERSION: str = Field(
        "2026-11",
        max_length=20,
        description="Which wording CONTACT_NOTICE is. It is kept with each consent, so give a"
        " changed text another version.",
    )
