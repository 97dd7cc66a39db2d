"""The texts are an operator's files, or samples that say what the settings say."""

import re
from datetime import date
from itertools import product

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from loopin.legal import texts
from tests.each import each

LANGUAGES = [code for code, _ in django_settings.LANGUAGES]
HEAD = "---\nversion: 7\ndate: 2026-12-01\n---\n"


@pytest.fixture
def folder(settings, tmp_path):
    settings.LEGAL_DIR = str(tmp_path)
    return tmp_path


def found(*ids):
    return [check for check in run_checks(include_deployment_checks=True) if check.id in ids]


@each("name, language", list(product(texts.NAMES, LANGUAGES)))
def test_a_sample_has_a_head_and_is_filled_in(settings, name, language):
    settings.LEGAL_DIR, settings.COMPANY_NAME = "", "Example & Sons"
    settings.LEAD_RETENTION_DAYS = 33
    text = texts.find(name, language)
    assert text.is_sample
    assert (text.language, text.unknown_placeholders) == (language, set())
    assert isinstance(text.published_on, date)
    assert "Example &amp; Sons" in text.as_html()
    assert "{{" not in text.as_html()
    assert ("33" in text.as_html()) == (name == texts.PRIVACY)


@pytest.mark.parametrize("name", texts.NAMES)
def test_the_samples_say_the_same_in_every_language(name):
    bodies = [texts.find(name, language).body for language in LANGUAGES]
    for part in ("<h2>", "<li>", "<td>", r"\{\{ \w+ \}\}"):
        [_] = {tuple(sorted(re.findall(part, body))) for body in bodies}
    [_] = {texts.find(name, language).version for language in LANGUAGES}


@each("name, language", list(product(texts.NAMES, LANGUAGES)))
def test_a_sample_is_two_pages_at_most(name, language):
    """A page of paper has about 500 words."""
    words = re.sub(r"<[^>]*>", " ", texts.find(name, language).body).split()
    assert 150 < len(words) <= 1000


def test_the_operator_s_file_is_shown(folder):
    (folder / "terms.en.md").write_text(HEAD + "# Ours, of {{company}}")
    text = texts.find(texts.TERMS, "en")
    assert (text.version, text.published_on, text.is_sample) == ("7", date(2026, 12, 1), False)
    assert text.as_html() == f"<h1>Ours, of {django_settings.COMPANY_NAME}</h1>\n"
    assert texts.find(texts.PRIVACY, "en").is_sample


def test_a_language_that_the_operator_has_not_is_shown_in_english(folder):
    (folder / "terms.en.md").write_text(HEAD + "# Ours")
    text = texts.find(texts.TERMS, "hi")
    assert (text.language, text.is_sample) == ("en", False)


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](https://evil.example/pixel.png)",
    "<style>*{display:none}</style>",
]


@each("written", HOSTILE)
def test_nothing_runs_or_is_fetched_by_a_text(folder, written):
    path = folder / f"terms.{abs(hash(written))}.md"
    path.write_text(HEAD + written)
    shown = texts._read(path, "en").as_html()
    assert not re.search(r"<(script|img|style)|href=\"(javascript|data):", shown)


def test_what_the_settings_say_is_text_not_markup(settings, folder):
    (folder / "terms.en.md").write_text(HEAD + "{{ company }} {{ minimum_age }}")
    settings.COMPANY_NAME = "<b>*A*</b>"
    assert "&lt;b&gt;*A*&lt;/b&gt; 18" in texts.find(texts.TERMS, "en").as_html()


BROKEN = {
    "no head": "# Terms",
    "no version": "---\ndate: 2026-12-01\n---\n",
    "a long version": f"---\nversion: {'7' * 21}\ndate: 2026-12-01\n---\n",
    "no date": "---\nversion: 7\n---\n",
    "another date": "---\nversion: 7\ndate: 1 December\n---\n",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_cannot_be_read_is_found_by_every_command(folder, kind):
    (folder / "terms.en.md").write_text(BROKEN[kind])
    with pytest.raises(ImproperlyConfigured, match=r"terms\.en\.md"):
        texts.find(texts.TERMS, "en")
    assert any("terms.en.md" in check.msg for check in found("accounts.E001"))


def test_a_placeholder_that_stands_for_nothing_is_found(folder):
    (folder / "privacy.en.md").write_text(HEAD + "Kept for {{ days }}.")
    [*problems] = found("accounts.E001")
    assert "{{ days }} stands for nothing" in problems[0].msg
    assert "{{ days }}" in texts.find(texts.PRIVACY, "en").as_html()


def test_production_is_told_of_samples(settings, folder):
    settings.LEGAL_DIR = ""
    [warning] = found("accounts.W005")
    assert "privacy.en.md, privacy.hi.md, terms.en.md, terms.hi.md" in warning.msg
    settings.LEGAL_DIR = str(folder)
    for name in texts.NAMES:
        (folder / f"{name}.en.md").write_text(HEAD + "# Ours")
    assert found("accounts.W005", "accounts.E001") == []


def test_production_is_told_that_nobody_answers_complaints(settings):
    settings.GRIEVANCE_NAME = settings.GRIEVANCE_EMAIL = ""
    [warning] = found("accounts.W006")
    assert warning.hint == "Set GRIEVANCE_NAME, GRIEVANCE_EMAIL, COMPANY_NAME."
    settings.GRIEVANCE_NAME, settings.GRIEVANCE_EMAIL = "Meera", "meera@loopin.example"
    settings.VARIABLES_SET = frozenset({"COMPANY_NAME"})
    assert found("accounts.W006") == []
