"""Every word that people read is in the catalogues, in every language, and the files agree."""

import re
from importlib import import_module
from string import Formatter

import pytest
from django.conf import settings
from django.utils.functional import Promise

from accounts.models.api_token import Scope
from accounts.models.user_profile import Gender
from loopin import catalogues
from tests.loopin.i18n import unwrapped

ROOT = settings.BASE_DIR

LANGUAGES = catalogues.languages()
FILES = [(place, language) for place in catalogues.PLACES for language in LANGUAGES]
HTML_TAG = re.compile(r"</?[a-z][^>]*>")
PERCENT = re.compile(r"%\(\w+\)[sd]|%%")


def source_files(*suffixes: str) -> list[str]:
    return [
        name
        for place in catalogues.PLACES
        for name in place.source_files()
        if name.endswith(suffixes)
    ]


@pytest.fixture(params=FILES, ids=lambda file: f"{file[0].folder.relative_to(ROOT)} {file[1]}")
def kept(request):
    """A catalogue as it is in the repository, and where."""
    place, language = request.param
    return place, language, catalogues.read(place.path(language, "po"))


def shown(messages) -> list[str]:
    return [str(message.id) for message in messages if message.id]


def test_the_files_hold_the_words_that_are_in_use_and_no_others(kept):
    """After a change of words: `make messages`, and translate what it reports."""
    place, language, catalogue = kept
    used = catalogues.updated(place, language)
    ours, theirs = ({catalogues.key_of(m) for m in some if m.id} for some in (used, catalogue))
    assert ours - theirs == set()
    assert theirs - ours == set()
    assert catalogue.obsolete == {}


def test_every_word_is_translated(kept):
    _, _, catalogue = kept
    assert shown(m for m in catalogue if not catalogues.is_translated(m)) == []
    assert shown(m for m in catalogue if m.fuzzy) == []


def placeholders(text: str) -> list[str]:
    braces = [f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name]
    return sorted([*braces, *PERCENT.findall(text), *HTML_TAG.findall(text)])


def test_translations_keep_what_is_filled_in_and_marked_up(kept):
    _, _, catalogue = kept
    wrong = []
    for message in catalogue:
        if isinstance(message.id, tuple):
            pairs = zip(message.id, message.string, strict=True)
        else:
            pairs = [(message.id, message.string)]
        wrong += [
            (original, translation)
            for original, translation in pairs
            if message.id and placeholders(original) != placeholders(translation)
        ]
    assert wrong == []


def test_the_compiled_files_are_those_of_the_words(kept):
    place, language, _ = kept
    catalogue = catalogues.updated(place, language)
    assert place.path(language, "po").read_bytes() == catalogues.as_po(catalogue)
    assert place.path(language, "mo").read_bytes() == catalogues.as_mo(catalogue)


@pytest.mark.parametrize("name", source_files(".html", ".txt"))
def test_a_template_has_no_words_outside_translations(name):
    assert unwrapped.in_template((ROOT / name).read_text()) == []


@pytest.mark.parametrize("name", source_files(".py"))
def test_code_shows_no_words_outside_translations(name):
    assert unwrapped.in_python(ROOT / name) == []


def test_the_words_of_errors_wait_for_their_language():
    import_module("loopin.urls")
    plain = [
        error.__name__
        for error in unwrapped.error_classes()
        if not isinstance(vars(error).get("message", Gender.MALE.label), Promise)
        and not error.__module__.startswith("tests.")
    ]
    assert plain == []


@pytest.mark.parametrize("choices", [Gender, Scope])
def test_the_words_of_choices_wait_for_their_language(choices):
    assert all(isinstance(label, Promise) for _, label in choices.choices)


def test_unwrapped_words_are_found_in_a_template():
    found = unwrapped.in_template(
        '{% load i18n %}<p title="Hi there">Hello {{ name }}{% translate "you" %}</p>'
        '{% blocktranslate %}and you{% endblocktranslate %}{{ x|default:"None" }}'
        '{% include "a.html" with submit="Save" %}{{ x|default:_("Nothing") }} · Loopin 12'
    )
    assert found == ['title="Hi there"', "Hello", '|…:"None"', '"Save"']


def test_unwrapped_words_are_found_in_code(tmp_path):
    path = tmp_path / "code.py"
    path.write_text(
        'raise ValidationError("Too long", code="x")\n'
        'raise ValidationError(_("Too long"))\n'
        'messages.success(request, f"Saved {name}")\n'
        'name = CharField(label="Name", help_text=_("All of it"))\n'
        'raise Forbidden("No")\n'
        'message = "Sorry"\n'
    )
    assert [line.partition(":")[0] for line in unwrapped.in_python(path)] == [
        f"line {number}" for number in (6, 1, 3, 4, 5)
    ]
