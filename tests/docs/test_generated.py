"""What the documents say of the code is what the code says."""

import re

import pytest

from docs import decision_index, generated, module_map, numbers
from docs.blocks import replaced
from tests.docs.markdown import read
from tests.each import each

UNITS = "s|seconds?|minutes?|hours?|days?|characters|attempts|digits|messages|guesses|MiB|MB|pixels"
NUMBER = re.compile(rf"(?<![\w.'])\d+(?: \d{{3}})* (?:{UNITS})\b")
OF_NOTHING_IN_THE_CODE = {
    "PHONE_AUTHENTICATION.md": ["Give requests 15 seconds"],
    "docs/desk.md": ["which asks first, and after 7 days"],  # static/js/drafts.js
    "docs/architecture.md": ["0 attempts", "0 or 1 attempts"],
    "docs/deployment.md": [
        "Give the proxy 20 seconds for an answer",
        "codes | 24 hours after they expired",
        "1 000 rows",
        "directions of 2022 for 180 days",
        "in sending the header | 10 seconds",  # these are the proxies', not ours
        "until nothing came for 10 seconds | 5 minutes in all",
        "until nothing was read for 10 seconds",
        "without another request | 15 seconds",
    ],
    "deploy/proxy/nginx.conf": ["the whole header has 10 seconds", "Please try again in 5 seconds"],
    "docs/troubleshooting.md": ["a plain word of at most 64 characters"],
    "docs/abuse.md": ["cut by the proxy after 10 seconds"],
    "docs/integrations.md": ["5 seconds, 5 minutes, 30 minutes, 2, 5, 10, 14, 20 and 24 hours"],
}
"""Numbers that are advice, measured, law, or written by the code where no name can be read."""


@each("name", sorted({*generated.BLOCKS, *numbers.DOCUMENTS}))
def test_a_document_says_what_the_code_says(name):
    """`python -m docs` brings it up to date."""
    assert read(name) == generated.current(name, read(name))


@each("package", module_map.packages())
def test_every_package_says_in_one_sentence_what_it_owns(package):
    sentence = module_map.sentence(package)
    assert re.fullmatch(r"[A-Z`].+[^.]\.", sentence), f"{package} has no sentence in __init__.py"


def test_a_block_that_is_missing_or_there_twice_is_an_error():
    block = "<!-- begin map -->\nold\n<!-- end map -->\n"
    assert replaced(block, "map", "new") == "<!-- begin map -->\n\nnew\n\n<!-- end map -->\n"
    for text in ("", block * 2):
        with pytest.raises(ValueError, match="there has to be one"):
            replaced(text, "map", "new")


@each("phrase", numbers.PHRASES)
def test_every_phrase_stands_in_a_document(phrase):
    texts = [read(name) for name in numbers.DOCUMENTS]
    assert any(numbers.patterns()[phrase].search(text) for text in texts)


@each("name", numbers.DOCUMENTS)
def test_no_two_phrases_claim_one_number(name):
    claimed = {}
    for phrase, pattern in numbers.patterns().items():
        for match in pattern.finditer(read(name)):
            for group, value in enumerate(re.findall(r"\{(\w+)\}", phrase), start=1):
                assert claimed.setdefault(match.span(group), value) == value, match[0]


@each("name", numbers.DOCUMENTS)
def test_every_number_with_a_unit_is_read_from_the_code(name):
    text = read(name)
    covered = [m.span() for p in numbers.patterns().values() for m in p.finditer(text)]
    for other in OF_NOTHING_IN_THE_CODE.get(name, []):
        expression = re.escape(other).replace(r"\ ", r"\s+")
        spans = [match.span() for match in re.finditer(expression, text)]
        assert spans, f"{other!r} is not in the document any more"
        covered += spans
    loose = [
        text[max(0, match.start() - 40) : match.end()]
        for match in NUMBER.finditer(text)
        if not any(start <= match.start() and match.end() <= end for start, end in covered)
    ]
    assert loose == []


def test_the_numbers_of_a_phrase_follow_the_code():
    text = "once more after 1, then 2, 3 and\n4 seconds while codes are not used"
    assert numbers.rewritten(text) != text
    assert numbers.rewritten(numbers.rewritten(text)) == numbers.rewritten(text)


def test_each_decision_has_a_number_of_its_own():
    numbers_ = [page.name[:3] for page in decision_index.pages()]
    assert numbers_ == sorted(set(numbers_))


@each("page", decision_index.pages())
def test_a_decision_is_one_page_with_its_four_parts(page):
    text = page.read_text(encoding="utf-8")
    parts = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert parts == ["Context", "Decision", "Figures", "Consequences"]
    assert len(text.splitlines()) <= 80
