"""Reads e-mail addresses into the spelling in which they are stored and compared."""

from contextlib import suppress

import idna
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from loopin.rules import described
from loopin.text import spelling

MAX_LENGTH = 254
"""Of an address in a mail (RFC 5321 §4.5.3.1.3)."""

_check = EmailValidator()


@described("invalid", limits={"format": "email", "maxLength": MAX_LENGTH})
def normalise(text: str) -> str:
    """The address with its domain in small ASCII letters (IDNA 2008, UTS 46).

    The part before the `@` stays as it is. It has to be ASCII, because most mail servers deliver to
    no other. Raises ValidationError with the code `invalid`.
    """
    local, _at, domain = spelling.normalise(text, MAX_LENGTH).rpartition("@")
    try:
        address = f"{local}@{idna.encode(domain, uts46=True).decode()}"
        _check(address)
        address.encode("ascii")
    except (ValidationError, UnicodeError):  # idna.IDNAError is a UnicodeError
        message = _("Enter an e-mail address, such as asha@example.com.")
        raise ValidationError(message, code="invalid") from None
    return address


def as_stored(text: str) -> str:
    """A text that is searched for: a whole address in its spelling, any other as it is."""
    with suppress(ValidationError):
        return normalise(text)
    return text
