"""The variables of limits: how many messages and guesses are accepted before people have to
wait."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from loopin.config.variables import NOT_SET, BaseVariables, ByDefault, CommaSeparated, Format

ALL_COUNTRIES = "*"

IN_DEVELOPMENT = 1000
"""What stands for the limits that one developer would reach in a day: the same number logs in over
and over, from one address, and numbers made up for a try differ in their last digits."""


def _countries(value: list[str]) -> list[str]:
    """An empty list stands for all countries."""
    if ALL_COUNTRIES not in value:
        return value
    if len(value) > 1:
        raise ValueError("must be * alone, or a list of countries")
    return []


class LimitVariables(BaseVariables):
    """Limits against floods.

    Whoever is past a limit gets status 429 and is told how long to wait.
    """

    VERIFICATIONS_PER_IP: Annotated[int, ByDefault(development=IN_DEVELOPMENT, production=100)] = (
        Field(
            NOT_SET,
            ge=1,
            le=1_000_000,
            description="How many codes may be typed from one client address (IPv6: one /64) in 5"
            " minutes.",
        )
    )
    PROOF_OF_WORK: Literal["off", "track", "on"] = Field(
        "on",
        description="Whether devices that nobody knows have to work for a code once codes are asked"
        " for suspiciously often: for a number past SMS_PER_NUMBER or SMS_PER_ACCOUNT, by one"
        " address or for one block of numbers past half of its limit, for a country where few codes"
        " are typed, or when 80 % of SMS_DAILY_BUDGET are spent. `track` only logs who would have"
        " to.",
    )
    SMS_PER_NUMBER: Annotated[int, ByDefault(development=IN_DEVELOPMENT, production=5)] = Field(
        NOT_SET,
        ge=1,
        le=1_000_000,
        description="How many messages a number without an account gets in 24 hours; with proofs of"
        " work twice as many.",
    )
    SMS_PER_ACCOUNT: Annotated[int, ByDefault(development=IN_DEVELOPMENT, production=10)] = Field(
        NOT_SET,
        ge=1,
        le=1_000_000,
        description="How many messages a number with an account gets in 24 hours; with proofs of"
        " work twice as many. With UNIFIED_SIGNUP only devices that signed in to it before have as"
        " many.",
    )
    SMS_PER_IP: Annotated[int, ByDefault(development=IN_DEVELOPMENT, production=30)] = Field(
        NOT_SET,
        ge=1,
        le=1_000_000,
        description="How many messages one client address (IPv6: one /64) may ask for in 10"
        " minutes; with proofs of work twice as many. Carriers put thousands of people behind one"
        " address, so each code that is typed there makes room for two messages.",
    )
    SMS_PER_PREFIX: Annotated[int, ByDefault(development=IN_DEVELOPMENT, production=30)] = Field(
        NOT_SET,
        ge=1,
        le=1_000_000,
        description="How many messages go in an hour to numbers that differ in their last 3 digits"
        " only. Each code that is typed makes room for two.",
    )
    SMS_PREFIX_VERIFIED_PERCENT: Annotated[int, ByDefault(development=0, production=20)] = Field(
        NOT_SET,
        ge=0,
        le=100,
        description="Numbers that differ in their last 3 digits only get no messages for 12 hours"
        " when, of 20 or more messages to them in 24 hours, fewer than so many per cent were"
        " verified; with proofs of work they get 20. With 0 they never pause.",
    )
    SMS_DAILY_BUDGET: Annotated[int, ByDefault(development=0, production=5000)] = Field(
        NOT_SET,
        ge=0,
        le=100_000_000,
        description="How many messages are sent in a day in India. Past it, numbers without an"
        " account get status 503 until the next day; those with one have 20 % more. With 0 there"
        " is no limit.",
    )
    SMS_ALLOWED_COUNTRIES: Annotated[
        CommaSeparated,
        ByDefault(development=[], production=["IN"]),
        AfterValidator(_countries),
        Format("a list, separated by commas, or `*` for all countries"),
    ] = Field(
        NOT_SET,
        description="The countries that codes are sent to, as ISO 3166 writes them. Numbers of"
        " other countries are refused. Production warns of `*`.",
        examples=["IN,AE"],
    )
