"""What leads are found by: a part of a name or an e-mail address, and the digits of a number.

Every three characters in a row are in a GIN index of arrays. PostgreSQL's own `pg_trgm` would do,
but it is an extension that not every server has. The texts stand in a table of their own: an index
over the leads themselves would be written at everything that happens to one, which made that half
as slow again (404 µs an update against 275). The number has a column and an index of its own, so
that whoever sees numbers masked cannot read one by searching for characters on either side of it.
"""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

MIN_SEARCH_LENGTH = 3
"""Fewer characters have no trigram, so no index helps."""

MAX_FOUND = 100_000
"""More than anybody looks through. With a limit, the planner searches before it sorts or joins."""


LeadIds = models.QuerySet[Any, int]


def trigrams_of(text: str) -> models.Func:
    """The set of a text's trigrams, from the SQL function that the first migration creates."""
    return models.Func(text, function="leads_trigrams", output_field=ArrayField(models.TextField()))


class LeadSearchQuerySet(models.QuerySet["LeadSearch"]):
    def named(self, part: str) -> LeadIds:
        """The leads whose name or e-mail address contains the part."""
        return self._with_trigrams("text", part.lower()).filter(text__contains=part.lower())._ids()

    def numbered(self, digits: str) -> LeadIds:
        """The leads whose number has these digits anywhere."""
        return self._with_trigrams("number", digits).filter(number__contains=digits)._ids()

    def ending_in(self, digits: str) -> LeadIds:
        """The leads whose number ends in these digits."""
        return self._with_trigrams("number", digits).filter(number__endswith=digits)._ids()

    def _with_trigrams(self, column: str, part: str) -> Self:
        """The rows that an index finds for this part, from 3 characters on.

        A few trigrams that do not overlap find as well as all, and the planner, which takes each
        for an independent condition, estimates their rows better.
        """
        starts = [*range(0, len(part) - 2, 3)][:3]
        trigrams = sorted({part[i : i + 3] for i in (*starts, len(part) - 3) if i >= 0})
        if not trigrams:
            return self
        rows = self.alias(trigrams=trigrams_of(column))
        return rows.filter(trigrams__contains=trigrams)

    def _ids(self) -> LeadIds:
        return self.values_list("lead_id", flat=True)[:MAX_FOUND]


class LeadSearch(models.Model):
    """What a lead is found by. Only a trigger writes it.

    `text`: name and e-mail address, in small letters. `number`: without its plus.
    """

    lead = models.OneToOneField("leads.Lead", models.CASCADE, primary_key=True, related_name="+")
    text = models.TextField()
    number = models.CharField(max_length=15)

    objects = LeadSearchQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(trigrams_of("text"), name="leadsearch_trigrams"),
            GinIndex(trigrams_of("number"), name="leadsearch_number_trigrams"),
        ]

    def __str__(self) -> str:
        return f"Search text of lead {self.lead_id}"
