"""How many leads there are, without counting them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import IntegerField, Subquery

from accounts.models import User
from leads.models.lead_queryset import LeadQuerySet

EXACT_UP_TO = 10_000


class CappedCount(Subquery):
    """How many rows a queryset has, at most 10 001: a column of another statement."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS capped)"
    output_field = IntegerField()

    def __init__(self, queryset: LeadQuerySet, **extra: Any) -> None:
        super().__init__(queryset.order_by().values("pk")[: EXACT_UP_TO + 1], **extra)


@dataclass(frozen=True)
class Count:
    """`523 leads`, `about 523 000 leads`."""

    number: int
    is_estimate: bool = False

    def __str__(self) -> str:
        number = round(self.number, -3) if self.is_estimate else self.number
        digits = f"{number:,}".replace(",", "\u00a0")
        return f"{'about ' if self.is_estimate else ''}{digits} lead{'' if number == 1 else 's'}"


def count_of(leads: LeadQuerySet, *, capped: int) -> Count:
    """`capped`: what CappedCount said. Above 10 000 the planner's estimate, in one statement."""
    if capped <= EXACT_UP_TO:
        return Count(capped)
    plan = orjson.loads(leads.order_by().explain(format="json"))
    return Count(max(plan[0]["Plan"]["Plan Rows"], capped), is_estimate=True)


def capped_counts(views: Sequence[LeadQuerySet], user: User) -> list[int]:
    """How many leads each of several views has, at most 10 001; one statement."""
    columns = {f"count_{number}": CappedCount(leads) for number, leads in enumerate(views)}
    row = User.objects.filter(pk=user.pk).annotate(**columns).values_list(*columns).first()
    return list(row or ()) if columns else []
