"""The rules of an endpoint: functions that return the clean value, alike for the admin and the
API."""

import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from leads.models.webhook_endpoint import DESCRIPTION_MAX_LENGTH, URL_MAX_LENGTH
from leads.models.webhook_types import EVENT_TYPES
from leads.rules import plain_text, require_length
from leads.webhooks.http_post import PORTS
from leads.webhooks.public_ips import PrivateIpRefused, resolved
from loopin.rules import described, named
from loopin.text import spelling

_is_url = URLValidator(schemes=list(PORTS))


@described(
    "too_long", "invalid", "not_public", limits={"format": "uri", "maxLength": URL_MAX_LENGTH}
)
def url(value: str) -> str:
    """An address that messages may be sent to: in production https alone, without a password."""
    text = value.strip()
    require_length(text, URL_MAX_LENGTH)
    scheme, _separator, _rest = text.partition("://")
    if settings.IS_PRODUCTION and scheme.lower() != "https":
        raise ValidationError(_("Give an address that begins with https://."), code="invalid")
    if scheme.lower() not in PORTS:
        words = _("Give an address that begins with https:// or http://.")
        raise ValidationError(words, code="invalid")
    if spelling.has_unprintable(text):
        raise ValidationError(_("This is no valid address."), code="invalid")
    _is_url(text)
    return _without_password(text)


def _without_password(text: str) -> str:
    try:
        parts = urlsplit(text)
        has_port = parts.port != 0
    except ValueError:
        has_port = False
    if not has_port:
        raise ValidationError(_("This is no valid address."), code="invalid")
    if parts.username or parts.password:
        words = _("Leave name and password out: the signature says who sends.")
        raise ValidationError(words, code="invalid")
    return text


@described(
    *("required", "invalid_choice"),
    limits={
        "minItems": 1,
        "maxItems": len(EVENT_TYPES),
        "uniqueItems": True,
        "items": named("WebhookType", {"type": "string", "enum": list(EVENT_TYPES)}),
    },
)
def event_types(value: Sequence[str]) -> list[str]:
    """At least one of the types that can be chosen, each once, in the order of the catalogue."""
    unknown = sorted(set(value) - set(EVENT_TYPES))
    if unknown:
        raise ValidationError(_("There is no such type of event."), code="invalid_choice")
    if not value:
        raise ValidationError(_("Choose at least one type of event."), code="required")
    return [name for name in EVENT_TYPES if name in value]


@described("too_long", "invalid", limits={"maxLength": DESCRIPTION_MAX_LENGTH})
def description(value: str) -> str:
    """One line; it may be empty."""
    text = spelling.normalise(value, DESCRIPTION_MAX_LENGTH)
    return plain_text(text, DESCRIPTION_MAX_LENGTH)


def problem_of(clean_url: str) -> ValidationError | None:
    """Why production would send nothing to an address, None if it would.

    The name is looked up, so no transaction may be open. It is looked up again for each message.
    """
    if not settings.IS_PRODUCTION:
        return None
    parts = urlsplit(clean_url)
    try:
        host = (parts.hostname or "").encode("idna").decode()
        resolved(host, parts.port or PORTS[parts.scheme])
    except PrivateIpRefused:
        words = _("This address leads into a network that is not public.")
        return ValidationError(words, code="not_public")
    except (socket.gaierror, UnicodeError):
        return ValidationError(_("No system has this name."), code="not_public")
    return None
