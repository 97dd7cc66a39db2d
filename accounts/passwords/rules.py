"""The rules of passwords, alike for pages and API."""

from typing import Any

from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    get_default_password_validators,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from loopin.rules import described

MAX_LENGTH = 1024
"""A longer password takes longer to hash. NIST SP 800-63B §3.1.1.2 asks for at least 64."""

CODES_OF_DJANGO = (
    "password_too_short",
    "password_too_common",
    "password_entirely_numeric",
    "password_too_similar",
)
"""Of Django's validators (`AUTH_PASSWORD_VALIDATORS`)."""


def _limits() -> dict[str, Any]:
    validators = get_default_password_validators()
    [least] = [v.min_length for v in validators if isinstance(v, MinimumLengthValidator)]
    return {"minLength": least, "maxLength": MAX_LENGTH, "format": "password"}


@described("invalid", "too_long", *CODES_OF_DJANGO, limits=_limits)
def password(value: str, user: User) -> str:
    """A password that all of Django's validators accept; the error lists every one that refuses."""
    if "\0" in value:
        raise ValidationError(_("Remove the characters that cannot be typed."), code="invalid")
    if len(value) > MAX_LENGTH:
        message = _("Use at most %(count)s characters.")
        raise ValidationError(message % {"count": MAX_LENGTH}, code="too_long")
    validate_password(value, user)
    return value


@described("password_mismatch", limits={"maxLength": MAX_LENGTH, "format": "password"})
def repeated_password(value: str, password: str) -> str:
    if value != password:
        raise ValidationError(_("The two passwords are not the same."), code="password_mismatch")
    return value
