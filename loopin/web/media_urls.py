"""Names of files, and the addresses people find them at.

The name is random, so knowing it is the right to see the picture; it says nothing of its owner.
"""

import re
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.urls.converters import StringConverter

NAME_BYTES = 16
"""128 random bits: nobody finds a picture by guessing."""

FILE = re.compile(r"(?P<name>[0-9a-f]{32})\.webp", re.ASCII)


class FileConverter(StringConverter):
    """In an address of ours: the name of a file, and nothing else that somebody makes up."""

    regex = r"[0-9a-f]{32}(?:-small)?\.webp"


def generate_name() -> str:
    return secrets.token_hex(NAME_BYTES)


def large_file(name: str) -> str:
    return f"{name}.webp"


def small_file(name: str) -> str:
    return f"{name}-small.webp"


def get_url(name: str) -> str:
    return get_base_url() + large_file(name)


def get_small_url(name: str) -> str:
    return get_base_url() + small_file(name)


def get_base_url() -> str:
    """What all full addresses of files begin with: `MEDIA_URL`, as the world knows it."""
    if settings.MEDIA_URL.startswith("/"):
        return f"{settings.SITE_URL.rstrip('/')}{settings.MEDIA_URL}"
    return str(settings.MEDIA_URL)


def find_name(url: str) -> str | None:
    """The name of the picture that this address of ours means, "" if it can be none.

    None for addresses elsewhere: links.
    """
    ours, theirs = urlsplit(get_base_url()), urlsplit(url)
    is_ours = (theirs.hostname, theirs.port) == (ours.hostname, ours.port)
    if not is_ours or not theirs.path.startswith(ours.path):
        return None
    found = FILE.fullmatch(theirs.path.removeprefix(ours.path))
    return found["name"] if found and not (theirs.query or theirs.fragment) else ""


def get_page_url(url: str, *, is_small: bool = True) -> str:
    """The address a page of ours shows: a path where we serve the file ourselves, links as they
    are."""
    name = find_name(url)
    if not name:
        return url
    file_name = small_file(name) if is_small else large_file(name)
    prefix = settings.MEDIA_URL if settings.MEDIA_URL.startswith("/") else get_base_url()
    return f"{prefix}{file_name}"
