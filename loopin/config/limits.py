"""The variables of limits: how many messages and guesses are accepted before people have to
wait."""

from pydantic import Field

from loopin.config.variables import BaseVariables, CommaSeparated


class LimitVariables(BaseVariables):
    """Limits against floods.

    Whoever is past a limit gets status 429 and is told how long to wait.
    """

    VERIFICATIONS_PER_IP: int = Field(
        100,
        ge=1,
        le=1_000_000,
        description="How many codes may be typed from one client address (IPv6: from one /64) in 5"
        " minutes.",
    )
    SMS_PER_NUMBER: int = Field(
        5,
        ge=1,
        le=1_000_000,
        description="How many messages a number without an account gets in 24 hours.",
    )
    SMS_PER_ACCOUNT: int = Field(
        10,
        ge=1,
        le=1_000_000,
        description="How many messages a number with an account gets in 24 hours. With"
        " UNIFIED_SIGNUP only devices that signed in to it before have as many.",
    )
    SMS_PER_IP: int = Field(
        30,
        ge=1,
        le=1_000_000,
        description="How many messages one client address (IPv6: one /64) may ask for in 10"
        " minutes. Carriers put thousands of people behind one address.",
    )
    SMS_PER_PREFIX: int = Field(
        30,
        ge=1,
        le=1_000_000,
        description="How many messages go in an hour to numbers that differ in their last 3 digits"
        " only.",
    )
    SMS_PREFIX_VERIFIED_PERCENT: int = Field(
        20,
        ge=0,
        le=100,
        description="Numbers that differ in their last 3 digits only get no messages for 12 hours"
        " when, of 20 or more messages to them in 24 hours, fewer than so many per cent were"
        " verified. With 0 they never pause.",
    )
    SMS_DAILY_BUDGET: int = Field(
        0,
        ge=0,
        le=100_000_000,
        description="How many messages are sent in a day in India. Past it, numbers without an"
        " account get status 503 until the next day; those with one have 20 % more. With 0 there"
        " is no limit.",
    )
    SMS_ALLOWED_COUNTRIES: CommaSeparated = Field(
        [],
        description="The countries that codes are sent to, as ISO 3166 writes them. Numbers of"
        " other countries are refused. Empty: all countries, of which production warns when it"
        " starts.",
        examples=["IN,AE"],
    )
