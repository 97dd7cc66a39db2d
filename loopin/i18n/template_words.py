"""Extracts texts from Django templates for Babel (`babel.cfg` names this function)."""

from collections.abc import Collection, Iterator
from io import BytesIO
from typing import Any, BinaryIO

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize


def extract(
    file: BinaryIO, keywords: Any, comment_tags: Collection[str], options: Any
) -> Iterator[Any]:
    """Django turns the template into calls of gettext, and Babel reads those as Python.

    So `trimmed`, `context`, `plural`, filters and comments are understood as when Django renders
    the template. Brackets are put around the calls, because inside them Python's tokenizer does
    not look at the indentation, which is the template's. Each find is a line number, the function
    that was called, its arguments and the comments above it.
    """
    source = templatize(file.read().decode())
    calls = BytesIO(f"({source}\n)".encode())
    yield from extract_python(calls, keywords, comment_tags, options)
