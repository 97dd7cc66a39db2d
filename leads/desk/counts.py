"""How many leads there are, without counting them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.db.models import IntegerField, Subquery
from django.utils.formats import number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from leads.models.lead_queryset import LeadQuerySet
from loopin.sql import without_prepared_plans

EXACT_UP_TO = 10_000
ABOUT, ABOVE = "about", "more than"
SEARCH_CAP = 1_000
"""The planner has no idea how often a text occurs, so what is found is counted, but not so far."""


class CappedCount(Subquery):
    """How many rows a queryset has, at most one above the cap: a column of another statement."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()

    def __init__(self, queryset: LeadQuerySet, cap: int = EXACT_UP_TO, **extra: Any) -> None:
        super().__init__(queryset.order_by().values("pk")[: cap + 1], **extra)


@dataclass(frozen=True)
class Count:
    """`523 leads`, `about 523 000 leads`, `more than 1 000 leads`. `measure`: "", ABOUT, ABOVE."""

    number: int
    measure: str = ""

    def __str__(self) -> str:
        count = {"count": spaced(self.number)}
        if self.measure == ABOUT:
            return _("about %(count)s leads") % count
        if self.measure == ABOVE:
            return _("more than %(count)s leads") % count
        return ngettext("%(count)s lead", "%(count)s leads", self.number) % count


def spaced(number: int) -> str:
    """`523 000` in English; elsewhere as the language groups digits, `5,23,000` in Hindi."""
    if get_language() in (None, settings.LANGUAGE_CODE):
        return f"{number:,}".replace(",", "\u00a0")
    return number_format(number, force_grouping=True)


def count_of(leads: LeadQuerySet, *, capped: int, cap: int) -> Count:
    """`capped`: what CappedCount said. Above 10 000 the planner's estimate, in one statement."""
    if capped <= cap:
        return Count(capped)
    if cap != EXACT_UP_TO:
        return Count(cap, ABOVE)
    return Count(round(max(_planned_rows(leads), capped), -3), ABOUT)


def estimated_count(leads: LeadQuerySet) -> int:
    """Exact up to 10 000; above, what PostgreSQL's planner expects. One or two statements."""
    counted: int = leads.order_by().values("pk")[: EXACT_UP_TO + 1].count()
    return counted if counted <= EXACT_UP_TO else max(_planned_rows(leads), counted)


def _planned_rows(leads: LeadQuerySet) -> int:
    [plan] = orjson.loads(leads.order_by().values("pk").explain(format="json"))
    return int(plan["Plan"]["Plan Rows"])


@without_prepared_plans()
def capped_counts(views: Sequence[LeadQuerySet], user: User) -> list[int]:
    """How many leads each of several views has, at most 10 001; one statement."""
    columns = {f"count_{number}": CappedCount(leads) for number, leads in enumerate(views)}
    row = User.objects.filter(pk=user.pk).annotate(**columns).values_list(*columns).first()
    return list(row or ()) if columns else []
