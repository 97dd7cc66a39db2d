"""The module map of docs/architecture.md: what each package says that it owns.

The sentences are read from the source without importing it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from docs.blocks import ROOT, table

APPS = ("interests", "accounts", "leads", "loopin")
NAMED_BY_DJANGO = {"migrations", "management", "commands", "templatetags", "formats"}
"""Django or its settings name these folders, so their names say what is in them."""


def packages() -> list[Path]:
    """Every package of the product, each app before its packages."""
    return [folder for app in APPS for folder in _packages_in(ROOT / app)]


def _packages_in(folder: Path) -> Iterator[Path]:
    if not (folder / "__init__.py").exists():
        return
    yield folder
    for child in sorted(folder.iterdir()):
        if child.is_dir() and child.name not in NAMED_BY_DJANGO:
            yield from _packages_in(child)


def name_of(package: Path) -> str:
    """Its path in the repository."""
    return package.relative_to(ROOT).as_posix()


def sentence(package: Path) -> str:
    """The first paragraph of the package's docstring in one line; empty if it has none."""
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    return " ".join((ast.get_docstring(tree) or "").partition("\n\n")[0].split())


def render() -> str:
    """The map as a Markdown table."""
    rows = []
    for package in packages():
        name = f"`{name_of(package)}/`"
        shown = f"**{name}**" if package.name in APPS else name
        rows.append((shown, sentence(package)))
    return table(("Package", "What it owns"), rows)
