"""The list of decisions in docs/decisions/README.md: one line for each page beside it."""

from pathlib import Path

from docs.blocks import ROOT, table

FOLDER = ROOT / "docs" / "decisions"


def pages() -> list[Path]:
    """The decisions in the order of their numbers."""
    return sorted(FOLDER.glob("[0-9][0-9][0-9]-*.md"))


def title(page: Path) -> str:
    """The first heading of the page."""
    return page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def render() -> str:
    """The index as a Markdown table."""
    rows = [(page.name[:3], f"[{title(page)}]({page.name})") for page in pages()]
    return table(("Number", "Decision"), rows)
