"""docs/security.md: a list of promises, each of which names tests that are there."""

import re

import pytest

from tests.docs.markdown import ROOT, read, section

TEXT = read("docs/security.md")
MOST_LINES = 250
NAME = re.compile(r"`(test_\w+)`")
SECTIONS = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)


def tables(text):
    """Each as its lines, the header first."""
    return [table.splitlines() for table in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)]


def test_every_test_that_is_named_exists():
    named = set(re.findall(r"\btest_\w+(?!\.py)\b", TEXT))
    code = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 20
    assert {name for name in named if f"def {name}(" not in code} == set()


@pytest.mark.parametrize("title", SECTIONS)
def test_every_section_is_one_table_of_promises(title):
    [(header, _, *promises)] = tables(section(TEXT, title))
    assert header.endswith("| Test |")
    assert promises
    assert [row for row in promises if not NAME.search(row.rpartition(" | ")[2])] == []


def test_it_is_no_longer_than_people_read():
    assert len(TEXT.splitlines()) <= MOST_LINES
