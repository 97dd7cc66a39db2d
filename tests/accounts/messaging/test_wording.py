"""A message with a code is one segment, in English and in Hindi."""

import re
from itertools import product

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.conf import settings as product_settings
from django.utils.translation import override

from accounts.checks import messages_are_one_segment
from accounts.messaging import wording
from tests.each import each

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


LANGUAGES = [code for code, _ in product_settings.LANGUAGES]
APP_HASH = "FA+9qCX9VSu"


def code_bound_to(host, text):
    """The code that iOS and browsers find for a host: the last line begins with the host and the
    code, and what follows a space is ignored (https://wicg.github.io/sms-one-time-codes/#parsing).
    """
    found = re.match(r"@(\S+) #(\S+)(?: |$)", text.split("\n")[-1])
    return found[2] if found and found[1] == host else None


@each("language, app_hash, length", list(product(LANGUAGES, ["", APP_HASH], range(4, 9))))
def test_every_language_is_one_segment_with_and_without_an_app_s_hash(
    settings, language, app_hash, length
):
    settings.SITE_URL, settings.ANDROID_SMS_HASH = HOST, app_hash
    code = "10971097"[:length]
    with override(language):
        text = wording.code_text(code)
    assert len(text) <= 140 if text.isascii() else utf_16_units(text) <= UCS_2_SEGMENT
    assert wording.fits_one_segment(text)
    assert text.startswith(code)
    assert code_bound_to(HOST.removeprefix("https://"), text) == code
    assert text.endswith(f" {app_hash}" if app_hash else f"#{code}")


def test_hindi_speaks_hindi_with_an_app_s_hash_too(settings):
    settings.ANDROID_SMS_HASH = APP_HASH
    with override("hi"):
        assert wording.code_text("1097").startswith("1097 Loopin कोड\n@")


def test_a_message_of_two_segments_is_known_as_one():
    assert wording.fits_one_segment("a" * 160)
    assert not wording.fits_one_segment("a" * 161)
    assert wording.fits_one_segment("क" * 70)
    assert not wording.fits_one_segment("क" * 71)
    assert not wording.fits_one_segment("🎉" * 36)


def test_the_check_names_the_languages_that_a_long_host_makes_dear(settings):
    settings.SITE_URL = HOST
    assert messages_are_one_segment() == []
    settings.SITE_URL = "https://" + "a" * 40 + ".example"
    [warning] = messages_are_one_segment()
    assert warning.msg.endswith(": hi.")
    settings.SITE_URL = "https://" + "a" * 100 + ".example"
    assert messages_are_one_segment()[0].msg.endswith(": en, hi.")
