"""Reads the documents: their fenced blocks, tables, headings and links."""

import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the line on which the text begins."""

    language: str
    text: str
    line: int


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[Block]:
    found = [
        Block(match[1], match[2], text.count("\n", 0, match.start()) + 2)
        for match in FENCE.finditer(text)
    ]
    return [block for block in found if block.language == language]


def section(text: str, title: str) -> str:
    """What stands below a heading of the second level, up to the next."""
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def elided(json_text: str) -> str:
    """JSON in which a bare … stands for what is left out of a list or an object."""
    text = re.sub(r"(?<=[\s{])…(?=\s*})", '"…": "…"', json_text)
    return re.sub(r"(?<=[\s\[])…(?=[\s\]])", '"…"', text)


def rows(text: str, first_header: str) -> list[list[str]]:
    """The cells of the tables whose first column has this header, without code marks."""
    found = []
    for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        header, _, *body = [_cells(line) for line in table.splitlines()]
        if header[0] == first_header:
            found += body
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]


def anchors(text: str) -> set[str]:
    """The addresses of the headings, as GitHub makes them."""
    prose = FENCE.sub("", text)
    titles = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text))
