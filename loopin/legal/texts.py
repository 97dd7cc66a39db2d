"""Reads the privacy notice and the terms, and fills in what the settings say.

The texts in this folder are samples. An operator puts files of the same names into `LEGAL_DIR`; a
language that is missing there is shown in English from there. Processes read a file once.
"""

import html
import re
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from loopin.web import markdown
from loopin.web.site_address import get_site_url

PRIVACY, TERMS = "privacy", "terms"
NAMES = (PRIVACY, TERMS)
SAMPLES = Path(__file__).parent

VERSION_MAX_LENGTH = 20
MINUTE, DAY = 60, 24 * 60 * 60

_is_file = re.compile(r"---\n(?P<head>.*?)\n---\n(?P<body>.*)", re.DOTALL).fullmatch
_placeholder = re.compile(r"\{\{ *(\w+) *\}\}")

_markdown = markdown.reader()


@dataclass(frozen=True)
class LegalText:
    """A text as its file has it. `body`: HTML in which the placeholders are not filled in."""

    version: str
    published_on: date
    is_sample: bool
    language: str
    body: str

    @property
    def unknown_placeholders(self) -> set[str]:
        return set(_placeholder.findall(self.body)) - facts().keys()

    def as_html(self) -> str:
        """The text with the facts of this site. An unknown placeholder stays as it is written."""
        known = {name: html.escape(value) for name, value in facts().items()}
        return _placeholder.sub(lambda found: known.get(found[1], found[0]), self.body)


def facts() -> dict[str, str]:
    """What `{{ name }}` in a text stands for."""
    return {
        "company": settings.COMPANY_NAME,
        "site": get_site_url(),
        "email_sender": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        "minimum_age": str(settings.MINIMUM_AGE),
        "code_minutes": str(settings.OTP_LIFETIME_SECONDS // MINUTE),
        "session_days": str(settings.SESSION_COOKIE_AGE // DAY),
        "lead_retention_days": str(settings.LEAD_RETENTION_DAYS),
        "security_event_retention_days": str(settings.SECURITY_EVENT_RETENTION_DAYS),
    }


def find(name: str, language: str) -> LegalText:
    """The operator's text in this language, or else in English, or else the sample likewise.

    `name`: "privacy" or "terms". Raises ImproperlyConfigured if the file has no proper head.
    """
    return _find(name, language, settings.LEGAL_DIR, settings.LANGUAGE_CODE)


@cache
def _find(name: str, language: str, legal_dir: str, english: str) -> LegalText:
    folders = [Path(legal_dir)] if legal_dir else []
    files = {
        folder / f"{name}.{code}.md": code
        for folder in (*folders, SAMPLES)
        for code in (language, english)
    }
    path = next(path for path in files if path.is_file())
    return _read(path, files[path])


def notice_version() -> str:
    """The version of the privacy notice that is in force, which new accounts keep."""
    return find(PRIVACY, settings.LANGUAGE_CODE).version


@cache
def _read(path: Path, language: str) -> LegalText:
    text = _is_file(path.read_text(encoding="utf-8").replace("\r\n", "\n"))
    if text is None:
        raise ImproperlyConfigured(f"{path} does not begin with a head between two lines of ---.")
    head = dict(line.split(":", 1) for line in text["head"].splitlines() if ":" in line)
    version, written_on = head.get("version", "").strip(), head.get("date", "").strip()
    if not 0 < len(version) <= VERSION_MAX_LENGTH:
        raise ImproperlyConfigured(
            f"{path} has no version of 1 to {VERSION_MAX_LENGTH} characters."
        )
    try:
        published_on = date.fromisoformat(written_on)
    except ValueError:
        raise ImproperlyConfigured(f"{path} has no date such as 2026-11-30.") from None
    body = _markdown.render(text["body"])
    return LegalText(version, published_on, "sample" in head, language, body)
