"""docs/security.md names tests that are there."""

import re

from tests.docs.markdown import ROOT, read


def test_every_test_that_is_named_exists():
    named = set(re.findall(r"\btest_\w+(?!\.py)\b", read("docs/security.md")))
    code = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 20
    assert {name for name in named if f"def {name}(" not in code} == set()
