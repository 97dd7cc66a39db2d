"""Tells the kinds of recipients apart: a phone number (E.164) or an e-mail address."""


def is_email(recipient: str) -> bool:
    return "@" in recipient


def get_number_block(phone_number: str) -> str:
    """The number without its last 3 digits. Floods walk through the numbers of such a block."""
    return phone_number[:-3]
