"""The names of picture files and their URLs.

A name is random: whoever knows it may see the picture, and it says nothing about the owner.
"""

import re
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.urls.converters import StringConverter

from loopin.web.site_address import get_site_url

NAME_BYTES = 16
"""128 random bits: nobody finds a picture by guessing."""

FILE = re.compile(r"(?P<name>[0-9a-f]{32})\.webp", re.ASCII)


class FileConverter(StringConverter):
    """The name of a picture file in a URL; any other text does not match."""

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
    """The beginning of all full URLs of files: `MEDIA_URL` with the host."""
    if settings.MEDIA_URL.startswith("/"):
        return get_site_url() + settings.MEDIA_URL
    return str(settings.MEDIA_URL)


def find_name(url: str) -> str | None:
    """Find the name of the picture in a URL of ours; "" if it has none.

    None for URLs of other sites, which are links.
    """
    ours, theirs = urlsplit(get_base_url()), urlsplit(url)
    is_ours = (theirs.hostname, theirs.port) == (ours.hostname, ours.port)
    if not is_ours or not theirs.path.startswith(ours.path):
        return None
    found = FILE.fullmatch(theirs.path.removeprefix(ours.path))
    return found["name"] if found and not (theirs.query or theirs.fragment) else ""


def get_page_url(url: str, *, is_small: bool = True) -> str:
    """The URL for our own pages: a path if we serve the file ourselves; a link stays as it is."""
    name = find_name(url)
    if not name:
        return url
    file_name = small_file(name) if is_small else large_file(name)
    prefix = settings.MEDIA_URL if settings.MEDIA_URL.startswith("/") else get_base_url()
    return f"{prefix}{file_name}"
