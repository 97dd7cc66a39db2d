"""Where a code goes: to a phone number (E.164) or to an e-mail address."""


def is_email(recipient: str) -> bool:
    return "@" in recipient


def get_number_block(phone_number: str) -> str:
    """A number but for its last 3 digits: floods walk through the numbers of a block."""
    return phone_number[:-3]
