"""The parts of a document that are generated: each stands between two comments."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def replaced(text: str, name: str, content: str) -> str:
    """The document with this content between `<!-- begin NAME … -->` and `<!-- end NAME -->`.

    Raises ValueError if the document has no such block, or more than one.
    """
    block = re.compile(rf"(<!-- begin {name}\b[^>]*-->\n).*?(<!-- end {name} -->)", re.DOTALL)
    found = block.findall(text)
    if len(found) != 1:
        raise ValueError(f"{len(found)} blocks are named {name!r}; there has to be one.")
    return block.sub(lambda match: f"{match[1]}\n{content}\n\n{match[2]}", text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, whose cells have no `|`."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
