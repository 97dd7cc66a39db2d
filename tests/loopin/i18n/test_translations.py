"""Every word that people read is in the catalogues, in every language, and the files agree."""

import re
import shutil
import subprocess
import sys
from importlib import import_module
from io import BytesIO
from pathlib import Path
from string import Formatter

import django
import pytest
from babel.messages import mofile, pofile
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from accounts.models.api_token import Scope
from accounts.models.user_profile import Gender
from loopin.i18n import template_words
from tests.loopin.i18n import unwrapped

ROOT = settings.BASE_DIR
LOCALE = ROOT / "locale"
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]

HTML_TAG = re.compile(r"</?[a-z][^>]*>")
PERCENT = re.compile(r"%\(\w+\)[sd]|%%")


def read(language, *, locale=LOCALE):
    """The catalogue as people edit it."""
    with (locale / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return pofile.read_po(file, locale=language)


def said(catalogue):
    """What the catalogue says for each word, without the header, which names Babel's version."""
    return {
        (original, message.context, place): translated
        for message in catalogue
        for place, (original, translated) in enumerate(pairs([message]))
    }


def pairs(catalogue):
    """Each original with its translation, plurals one by one."""
    for message in catalogue:
        if isinstance(message.id, (tuple, list)):
            yield from zip(message.id, message.string, strict=True)
        elif message.id:
            yield message.id, message.string


def source_files(*suffixes):
    roots = ("loopin", "interests", "accounts", "leads", "templates")
    paths = [path for root in roots for path in sorted((ROOT / root).rglob("*"))]
    return [path for path in paths if path.suffix in suffixes and "migrations" not in path.parts]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of catalogues that `make messages` makes of ours."""
    folder = tmp_path_factory.mktemp("made") / "locale"
    shutil.copytree(LOCALE, folder)
    binaries = Path(sys.executable).parent
    # The stamp is that of the virtual environment, which is there if this test runs.
    command = ["make", "-o", ".venv/.installed", "messages", f"LOCALE={folder}", f"BIN={binaries}"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return folder


def test_there_is_a_catalogue_for_each_language_and_no_other():
    assert sorted(path.parent.parent.name for path in LOCALE.rglob("*.po")) == sorted(LANGUAGES)


def test_the_catalogues_hold_the_words_that_are_in_use_and_no_others(made):
    """After a change of words: `make messages`, and translate what it reports."""
    for language in LANGUAGES:
        ours, used = said(read(language)), said(read(language, locale=made))
        assert used.keys() - ours.keys() == set()
        assert ours.keys() - used.keys() == set()
        assert read(language).obsolete == {}


def test_every_word_is_translated_and_nothing_is_guessed():
    for language in LANGUAGES:
        assert [original for original, translated in pairs(read(language)) if not translated] == []
        assert [message.id for message in read(language) if message.fuzzy] == []


def test_the_compiled_catalogues_say_what_the_edited_ones_say():
    for language in LANGUAGES:
        compiled = (LOCALE / language / "LC_MESSAGES" / "django.mo").read_bytes()
        anew = BytesIO()
        mofile.write_mo(anew, read(language))
        anew.seek(0)
        assert said(mofile.read_mo(BytesIO(compiled))) == said(mofile.read_mo(anew))


def placeholders(text):
    braces = [f"{{{name}}}" for _, name, _, _ in Formatter().parse(text) if name]
    return sorted([*braces, *PERCENT.findall(text), *HTML_TAG.findall(text)])


def test_translations_keep_what_is_filled_in_and_marked_up():
    for language in LANGUAGES:
        wrong = [
            (original, translated)
            for original, translated in pairs(read(language))
            if placeholders(original) != placeholders(translated)
        ]
        assert wrong == []


def test_our_words_come_before_those_of_django():
    django_locale = Path(django.__file__).parent / "conf" / "locale"
    for language in LANGUAGES:
        ours = said(read(language))
        theirs = said(read(language, locale=django_locale))
        # Older releases of Python 3.11 find no plural entry by its singular alone.
        plurals = {word.id[0] for word in read(language) if isinstance(word.id, (tuple, list))}
        known = ours.keys() & theirs.keys()
        both = [key for key in known if key[1:] == (None, 0) and key[0] not in plurals]
        with translation.override(language):
            assert {key: translation.gettext(key[0]) for key in both} == {
                key: ours[key] for key in both
            }
        assert any(theirs[key] not in ("", ours[key]) for key in both), "nothing to compare"


def test_words_in_templates_are_found_as_django_renders_them():
    template = """
        {# Translators: on a button #}
        {% translate "Go" %}
        {% translate "Close" context "nearby" as near %}
        {% blocktranslate trimmed %}
            Two
            lines of 100 %
        {% endblocktranslate %}
        {% blocktranslate count n=n %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}
        {{ name|default:_("Nobody") }} "not this"
    """
    keywords = ["gettext", "ngettext", "pgettext", "_"]
    found = template_words.extract(BytesIO(template.encode()), keywords, ["Translators"], {})
    assert [(function, words, comments) for _, function, words, comments in found] == [
        ("gettext", "Go", ["Translators: on a button"]),
        ("pgettext", ("nearby", "Close"), []),
        ("gettext", "Two lines of 100 %%", []),
        ("ngettext", ("%(n)s row", "%(n)s rows", None), []),
        ("_", "Nobody", []),
    ]


def test_templates_have_no_words_outside_translations():
    found = {path: unwrapped.in_template(path.read_text()) for path in source_files(".html")}
    assert {path.name: words for path, words in found.items() if words} == {}


def test_code_shows_no_words_outside_translations():
    found = {path: unwrapped.in_python(path) for path in source_files(".py")}
    assert {str(path): words for path, words in found.items() if words} == {}


def test_the_words_of_errors_and_choices_wait_for_their_language():
    import_module("loopin.urls")
    errors = [error for error in unwrapped.error_classes() if "tests." not in error.__module__]
    messages = {error: vars(error)["message"] for error in errors if "message" in vars(error)}
    labels = {choice: choice.label for choices in (Gender, Scope) for choice in choices}
    words = messages | labels
    assert len(messages) > 50
    assert [owner for owner, word in words.items() if not isinstance(word, Promise)] == []


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
