"""The words of the product in other languages: found in code and templates, kept in catalogues.

Babel reads and writes the files, so nobody needs GNU gettext. Templates go through Django's own
`templatize`, so that they are understood here as they are when rendered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message, extract, mofile, pofile
from django.conf import settings
from django.utils.translation.template import templatize

DESK = re.compile(r"(templates/)?leads/(?!resume)")
"""The desk's files. The page behind a link to go on is for everybody, and not among them."""

KEYWORDS: dict[str, Any] = {
    name + lazy: arguments
    for name, arguments in {
        "_": None,
        "gettext": None,
        "gettext_noop": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy")
}

Key = tuple[Any, str | None]
"""A message's words (a pair where there is a plural) and its context."""


class Catalogue(Catalog):
    """Without the times of its making, so that the same words give the same file."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


@dataclass(frozen=True)
class Place:
    """A folder with a catalogue for each language, and whose words it has."""

    folder: Path
    is_desk: bool

    def path(self, language: str, suffix: str) -> Path:
        return self.folder / language / "LC_MESSAGES" / f"django.{suffix}"

    def source_files(self) -> Iterator[str]:
        """Addresses from the root of the project."""
        for root in (*settings.INSTALLED_APPS, "templates"):
            for path in sorted((settings.BASE_DIR / root).rglob("*")):
                name = path.relative_to(settings.BASE_DIR).as_posix()
                is_source = path.suffix in {".py", ".html", ".txt"} and "/migrations/" not in name
                if is_source and bool(DESK.match(name)) is self.is_desk:
                    yield name


PLACES = (
    Place(settings.BASE_DIR / "locale", is_desk=False),
    Place(settings.BASE_DIR / "leads" / "locale", is_desk=True),
)


def languages() -> list[str]:
    """Those that are translated to."""
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def key_of(message: Message) -> Key:
    return message.id, message.context


def read(path: Path) -> Catalog:
    """An empty one where there is no file."""
    content = path.read_bytes() if path.exists() else b""
    return pofile.read_po(BytesIO(content), locale=path.parent.parent.name)


def used(place: Place, language: str) -> Catalogue:
    """The words that are in code and templates, without translations."""
    found = Catalogue(language, header_comment=f"# {language}", fuzzy=False)
    for name in place.source_files():
        for line, words, comments, context in _extracted(settings.BASE_DIR / name):
            found.add(words, locations=[(name, line)], auto_comments=comments, context=context)
    return found


def _extracted(path: Path) -> Iterator[tuple[int, Any, list[str], str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # In brackets, indentation means nothing to Python's tokenizer.
        source = f"({templatize(source, origin=str(path))}\n)"
    file = BytesIO(source.encode())
    yield from extract.extract("python", file, KEYWORDS, comment_tags=("Translators",))


def updated(place: Place, language: str) -> Catalogue:
    """What is used, with the translations there are, wherever they were kept so far.

    Words that the first place has are not said again in the others.
    """
    catalogue = used(place, language)
    kept = [read(other.path(language, "po")) for other in (place, *PLACES)]
    elsewhere = set() if place is PLACES[0] else {key_of(m) for m in used(PLACES[0], language)}
    for message in list(catalogue):
        if message.id and key_of(message) in elsewhere:
            catalogue.delete(*key_of(message))
        elif message.id:
            message.string = _translation(message, kept) or message.string
    if place.path(language, "po").exists():
        catalogue.header_comment = kept[0].header_comment
    return catalogue


def _translation(message: Message, kept: list[Catalog]) -> Any:
    found = (catalogue.get(*key_of(message)) for catalogue in kept)
    same = (other for other in found if other and other.id == message.id and not other.fuzzy)
    return next((other.string for other in same if is_translated(other)), None)


def is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return all(strings)


def as_po(catalogue: Catalogue) -> bytes:
    """Sorted by words and without line numbers, so that two people's changes merge."""
    file = BytesIO()
    pofile.write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
    return file.getvalue()


def as_mo(catalogue: Catalogue) -> bytes:
    file = BytesIO()
    mofile.write_mo(file, catalogue)
    return file.getvalue()


def write(place: Place, language: str) -> Catalogue:
    """Bring both files of a language up to date; what they hold."""
    catalogue = updated(place, language)
    place.path(language, "po").parent.mkdir(parents=True, exist_ok=True)
    place.path(language, "po").write_bytes(as_po(catalogue))
    place.path(language, "mo").write_bytes(as_mo(catalogue))
    return catalogue
