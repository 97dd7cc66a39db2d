"""Turns the Markdown of documents into HTML that the pages' policy allows."""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

NOT_IN_A_SLUG = re.compile(r"[^\w\- ]")


def reader() -> MarkdownIt:
    """CommonMark with tables. Neither HTML nor addresses of scripts pass, whoever wrote the file
    (markdown-it's security notes), and nothing is fetched from elsewhere."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def slug_of(heading: str) -> str:
    """The anchor of a heading as code hosts make it, so that links hold on both."""
    return NOT_IN_A_SLUG.sub("", heading.lower()).replace(" ", "-")


def text_of(inline: Token) -> str:
    """What a reader sees of a heading or a paragraph, without its marks."""
    return "".join(
        part.content or " " * (part.type == "softbreak") for part in inline.children or ()
    )
