"""Tells the kinds of recipients apart: a phone number (E.164) or an e-mail address."""

from accounts.phone import numbers


def is_email(recipient: str) -> bool:
    return "@" in recipient


def get_country(recipient: str) -> str:
    """The ISO 3166-1 country ("IN") of a phone number; "" for others, and where none is known."""
    return "" if is_email(recipient) else numbers.country(recipient)


def get_number_block(phone_number: str) -> str:
    """The number without its last 3 digits. Floods walk through the numbers of such a block."""
    return phone_number[:-3]
