"""Where people turn to when the pages are not enough."""

import re
from urllib.parse import urlsplit

_is_mail_address = re.compile(r"[^@\s:/?#]+@[^@\s:/?#]+\.[^@\s:/?#]+").fullmatch
_is_phone_number = re.compile(r"\+?[0-9][0-9 ()-]{4,20}").fullmatch


def get_link(contact: str) -> str:
    """What a link to the contact opens; "" for "".

    Raises:
        ValueError: it is no mail address, phone number or address of a page.
    """
    if not contact:
        return ""
    if _is_mail_address(contact):
        return f"mailto:{contact}"
    if _is_phone_number(contact):
        return "tel:" + re.sub(r"[^+0-9]", "", contact)
    page = urlsplit(contact)
    if page.scheme == "https" and page.hostname:
        return contact
    raise ValueError(
        "must be like help@loopin.example, +91 22 5555 0100 or https://loopin.example/help"
    )


def check_page(address: str) -> str:
    """The address itself. Raises ValueError unless it is "" or that of a page."""
    page = urlsplit(address)
    if address and not (page.scheme == "https" and page.hostname):
        raise ValueError("must be like https://loopin.example/security")
    return address


def check_contact(contact: str) -> str:
    """The contact itself. Raises ValueError like `get_link`."""
    get_link(contact)
    return contact
