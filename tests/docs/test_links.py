"""Links between the documents lead somewhere."""

import pytest

from tests.docs.markdown import ROOT, anchors, links, read

DOCUMENTS = [
    "README.md",
    "PHONE_AUTHENTICATION.md",
    "EMAIL_ACCOUNTS.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))),
]


@pytest.mark.parametrize("name", DOCUMENTS)
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
