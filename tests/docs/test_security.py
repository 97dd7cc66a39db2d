"""docs/security.md and docs/abuse.md list promises, each of which names tests that are there."""

import re

from tests.docs.markdown import ROOT, read, section
from tests.each import each

TEXTS = {name: read(f"docs/{name}.md") for name in ("security", "abuse")}
MOST_LINES = 250
NAME = re.compile(r"`(test_\w+)`")
SECTIONS = [
    (name, title)
    for name, text in TEXTS.items()
    for title in re.findall(r"^## (.+)$", text, re.MULTILINE)
]


def tables(text):
    """Each as its lines, the header first."""
    return [table.splitlines() for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)]


def test_every_test_that_is_named_exists():
    named = set(re.findall(r"\btest_\w+(?!\.py)\b", "".join(TEXTS.values())))
    code = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 20
    assert {name for name in named if f"def {name}(" not in code} == set()


@each("name, title", SECTIONS)
def test_every_section_is_one_table_of_promises(name, title):
    [(header, _, *promises)] = tables(section(TEXTS[name], title))
    assert header.endswith("| Test |")
    assert promises
    assert [row for row in promises if not NAME.search(row.rpartition(" | ")[2])] == []


@each("text", TEXTS)
def test_it_is_no_longer_than_people_read(text):
    assert len(text.splitlines()) <= MOST_LINES
