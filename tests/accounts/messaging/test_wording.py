"""A message with a code is one segment, in English and in Hindi."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.utils.translation import override

from accounts.messaging import wording

GSM_7_SEGMENT, UCS_2_SEGMENT = 160, 70
HOST = "https://sign-up.loopin.example.in"  # 25 characters
SENTENCE = "%(code)s आपका Loopin कोड है।"
CODES = ["1097", "10971097"]


@pytest.fixture
def hindi(settings, tmp_path):
    """A catalogue with the sentence of the SMS alone, whatever the product's own has."""
    folder = tmp_path / "hi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = Catalog(locale="hi")
    catalogue.add("%(code)s is your Loopin code.", SENTENCE, context="SMS of 70 characters")
    with (folder / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    settings.LOCALE_PATHS = [tmp_path]
    with override("hi"):
        yield


def utf_16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_the_host_is_as_long_as_the_arithmetic_says():
    assert len(HOST.removeprefix("https://")) == 25


@pytest.mark.parametrize("code", CODES)
def test_english_is_one_segment(settings, code):
    settings.SITE_URL = HOST
    text = wording.code_text(code)
    assert text.isascii()
    assert len(text) <= GSM_7_SEGMENT
    assert text.splitlines()[-1] == f"@{HOST.removeprefix('https://')} #{code}"


@pytest.mark.parametrize("code", CODES)
def test_hindi_is_one_segment(settings, hindi, code):
    settings.SITE_URL = HOST
    text = wording.code_text(code)
    assert "आपका" in text
    assert utf_16_units(text) <= UCS_2_SEGMENT
    assert text.splitlines()[-1] == f"@{HOST.removeprefix('https://')} #{code}"


def test_a_language_without_its_own_sentence_still_brings_the_code(settings):
    with override("ta"):
        assert wording.code_text("1097").startswith("1097 is your Loopin code.\n@")
