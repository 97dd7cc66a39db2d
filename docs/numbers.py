"""The numbers in the documents that people act on: limits, lengths and times, read from the code.

Documents have to be readable as plain Markdown, so nothing in them marks a number. Instead each
phrase names the words around it. `python -m docs` writes the values into the documents, and a test
compares them.
"""

import re
from functools import cache, partial
from re import Match, Pattern

from docs.phrases import PHRASES
from docs.values import values

DOCUMENTS = (
    "README.md",
    "PHONE_AUTHENTICATION.md",
    "EMAIL_ACCOUNTS.md",
    "docs/abuse.md",
    "docs/architecture.md",
    "docs/deployment.md",
    "deploy/proxy/nginx.conf",
    "docs/desk.md",
    "docs/errors.md",
    "docs/integrations.md",
    "docs/security.md",
    "docs/troubleshooting.md",
)
"""Decisions and benchmarks are not among them: they tell what was true and measured once."""


@cache
def patterns() -> dict[str, Pattern[str]]:
    """Each phrase as the expression that finds it, whatever its numbers are."""
    return {phrase: re.compile(_expression(phrase)) for phrase in PHRASES}


def _expression(phrase: str) -> str:
    words = re.split(r"\{(\w+)\}", phrase)
    parts = [_spaced(text) if i % 2 == 0 else _any(text) for i, text in enumerate(words)]
    return rf"(?<!\d){''.join(parts)}"


def _spaced(text: str) -> str:
    """Words that may be broken over lines anywhere."""
    return re.escape(text).replace(r"\ ", r"\s+")


def _any(name: str) -> str:
    """What may stand where a value belongs."""
    unit = r" (?:second|minute|hour)s?" if values()[name][-1].isalpha() else ""
    return rf"(\d+(?:[ ]\d{{3}})*{unit})"


def rewritten(text: str) -> str:
    """The document with the values of the code in every phrase that it has."""
    for phrase, pattern in patterns().items():
        names = re.findall(r"\{(\w+)\}", phrase)
        text = pattern.sub(partial(_with_values, names), text)
    return text


def _with_values(names: list[str], match: Match[str]) -> str:
    """What was found, with each number replaced, and its line breaks as they were."""
    found, start = match[0], match.start()
    for group in range(len(names), 0, -1):
        before, after = match.start(group) - start, match.end(group) - start
        found = found[:before] + values()[names[group - 1]] + found[after:]
    return found
