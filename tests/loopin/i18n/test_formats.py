"""Dates and numbers as India writes them, in each language."""

from datetime import UTC, datetime

import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template import Context, Template
from django.utils import translation

DAY = datetime(2026, 3, 5, 9, 7, tzinfo=UTC)


def rendered(source: str) -> str:
    return Template("{% load humanize %}" + source).render(Context({"day": DAY, "n": 1234567}))


@pytest.mark.parametrize(
    ("language", "date", "short"),
    [("en", "5 March 2026", "5 Mar 2026, 14:37"), ("hi", "5 मार्च 2026", "5 मार्च 2026, 14:37")],
)
def test_dates_are_written_day_first_with_the_month_in_words(language, date, short):
    with translation.override(language):
        assert rendered('{{ day|date:"DATE_FORMAT" }}') == date
        assert rendered('{{ day|date:"SHORT_DATETIME_FORMAT" }}') == short


@pytest.mark.parametrize("language", ["en", "hi"])
def test_large_numbers_are_grouped_as_lakhs_and_ids_are_not(language):
    with translation.override(language):
        assert rendered("{{ n|intcomma }}") == intcomma(1234567) == "12,34,567"
        assert rendered("{{ n }}") == "1234567"
