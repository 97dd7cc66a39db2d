"""Links between the documents, and the paths that they name, lead somewhere."""

import re

from tests.docs.markdown import ROOT, anchors, links, read
from tests.each import each

DOCUMENTS = [
    "README.md",
    "PHONE_AUTHENTICATION.md",
    "EMAIL_ACCOUNTS.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "benchmarks/README.md",
    *(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))),
]

EXAMPLES = {"loopin/formats/mr/"}
"""Paths of things that a reader might add."""


@each("name", DOCUMENTS)
def test_links_lead_somewhere(name):
    text = read(name)
    folder = (ROOT / name).parent
    inside = [link for link in links(text) if not link.startswith(("http", "mailto:", "/"))]
    broken = []
    for link in inside:
        path, _, anchor = link.partition("#")
        target = folder / path if path else ROOT / name
        if not target.exists() or (anchor and anchor not in anchors(target.read_text())):
            broken.append(link)
    assert broken == []


@each("name", DOCUMENTS)
def test_paths_that_are_named_exist(name):
    """`tests/race`, `accounts/codes`, `loopin/urls.py`: folders and files of the repository."""
    pattern = r"`((?:accounts|leads|interests|loopin|templates|static|tests|docs)/[\w./-]*)`"
    named = set(re.findall(pattern, read(name)))
    assert {path for path in named - EXAMPLES if not (ROOT / path).exists()} == set()
