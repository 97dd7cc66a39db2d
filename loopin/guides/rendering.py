"""Makes the page of a guide from its Markdown: the text as HTML, and its table of contents."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from django.utils.html import format_html
from markdown_it.token import Token

from loopin.guides.catalogue import Guide, address_on_site
from loopin.web.markdown import reader, slug_of, text_of

COMMENTS = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
"""They mark what is generated (docs/blocks.py), and are nothing to read."""

LISTED = ("h2", "h3")


@dataclass(frozen=True)
class Heading:
    """`level`: 1 for the title of the document."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True)
class Document:
    title: str
    contents: tuple[Heading, ...]
    body: str


def _fence(tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A block of code, which can be scrolled by keyboard too."""
    code = tokens[index]
    return format_html('<pre tabindex="0"><code>{}</code></pre>\n', code.content)


_markdown = reader()
_markdown.add_render_rule("fence", lambda _self, *args: _fence(*args))


@cache
def render(guide: Guide) -> Document:
    """The document; a process reads each once."""
    text = COMMENTS.sub("", guide.path.read_text(encoding="utf-8"))
    tokens = _markdown.parse(text)
    headings = _mark_headings(tokens)
    _lead_to_pages(tokens, guide)
    body = _markdown.renderer.render(tokens, _markdown.options, {})
    return Document(
        headings[0].text, tuple(one for one in headings if f"h{one.level}" in LISTED), body
    )


def _mark_headings(tokens: Sequence[Token]) -> list[Heading]:
    """Give every heading its anchor; of headings with the same words each has its own."""
    found: list[Heading] = []
    seen: Counter[str] = Counter()
    for start, inline in pairwise(tokens):
        if start.type == "heading_open":
            slug = slug_of(inline.content)
            anchor = f"{slug}-{seen[slug]}" if seen[slug] else slug
            seen[slug] += 1
            start.attrSet("id", anchor)
            found.append(Heading(int(start.tag[1:]), text_of(inline), anchor))
    return found


def _lead_to_pages(tokens: Sequence[Token], guide: Guide) -> None:
    """A link to what the site does not show becomes its words."""
    parts = [part for token in tokens for part in token.children or ()]
    is_lost = False
    for part in parts:
        if part.type == "link_open":
            address = address_on_site(str(part.attrs["href"]), seen_from=guide.file)
            part.attrSet("href", address)
            is_lost = not address
        if part.type in {"link_open", "link_close"}:
            part.hidden = is_lost
