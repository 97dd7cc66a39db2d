"""The countries whose numbers people may type, with their names and calling codes."""

import unicodedata
from functools import cache

import phonenumbers
from babel import Locale
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language


def get_allowed_regions() -> set[str]:
    """The two-letter regions that codes are sent to; by default all that have a numbering plan."""
    supported: set[str] = phonenumbers.SUPPORTED_REGIONS
    return supported.intersection(settings.SMS_ALLOWED_COUNTRIES) or supported


def choose_region(*guesses: str) -> str:
    """The first guess that is allowed, or `DEFAULT_COUNTRY`, or else any region that is."""
    regions = get_allowed_regions()
    return next(
        (guess for guess in (*guesses, settings.DEFAULT_COUNTRY) if guess in regions), min(regions)
    )


def locale() -> Locale:
    """The reader's language as CLDR names it. English is India's: no comma before an "or"."""
    language = (get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    return Locale.parse("en_IN" if language == "en" else language)


def name(region: str) -> str:
    """The name of a region in the reader's language, as CLDR has it."""
    return str(locale().territories.get(region, region))


def calling_code(region: str) -> str:
    """The calling code of a region, such as "+91"; "+0" for an unknown one."""
    return f"+{phonenumbers.country_code_for_region(region)}"


def render_options(chosen: str) -> SafeString:
    """Render the options of a select: the chosen and the default country first, then by name."""
    written = _render_every_option(str(locale()))
    regions = get_allowed_regions()
    first = dict.fromkeys(
        region for region in (chosen, settings.DEFAULT_COUNTRY) if region in regions
    )
    others = [html for region, html in written.items() if region in regions - first.keys()]
    return mark_safe("".join([*(written[region] for region in first), *others]))  # noqa: S308  escaped


@cache
def _render_every_option(language: str) -> dict[str, str]:
    """Cached for each language, because it takes 0.1 s, most of which is reading CLDR's names."""
    names = Locale.parse(language).territories
    regions = sorted(
        phonenumbers.SUPPORTED_REGIONS, key=lambda region: _strip_accents(names[region])
    )
    option = '<option value="{}">{} ({})</option>'
    return {
        region: format_html(option, region, names[region], calling_code(region))
        for region in regions
    }


def _strip_accents(text: str) -> str:
    """The text without accents, so that Åland is sorted among the As."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if unicodedata.category(c) != "Mn" or ord(c) > 0x36F)
