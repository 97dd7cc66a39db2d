"""Search for leads by a part of a number, a name or an e-mail address.

Every three characters in a row are in a GIN index of arrays. PostgreSQL's own `pg_trgm` would do,
but it is an extension that not every server has. The text stands in a table of its own: an index
over the leads themselves would be written at everything that happens to one, which made that half
as slow again (404 µs an update against 275).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

MIN_SEARCH_LENGTH = 3
"""Fewer characters have no trigram, so no index helps."""

MAX_FOUND = 100_000
"""More than anybody looks through. With a limit, the planner searches before it sorts or joins."""


def trigrams_of(text: str) -> models.Func:
    """The set of a text's trigrams, from the SQL function that the first migration creates."""
    return models.Func(text, function="leads_trigrams", output_field=ArrayField(models.TextField()))


class LeadSearchQuerySet(models.QuerySet["LeadSearch"]):
    def ids_containing(self, part: str) -> models.QuerySet["LeadSearch", int]:
        """The leads whose text contains the part: by index from 3 characters on.

        A few trigrams that do not overlap find as well as all, and the planner, which takes each
        for an independent condition, estimates their rows better.
        """
        text = part.lower()
        starts = [*range(0, len(text) - 2, 3)][:3]
        trigrams = sorted({text[i : i + 3] for i in (*starts, len(text) - 3) if i >= 0})
        texts = self.alias(trigrams=trigrams_of("text")) if trigrams else self
        if trigrams:
            texts = texts.filter(trigrams__contains=trigrams)  # type: ignore[misc]
        return texts.filter(text__contains=text).values_list("lead_id", flat=True)[:MAX_FOUND]


class LeadSearch(models.Model):
    """The text of a lead that is searched. Only a trigger writes it."""

    lead = models.OneToOneField("leads.Lead", models.CASCADE, primary_key=True, related_name="+")
    text = models.TextField()

    objects = LeadSearchQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(trigrams_of("text"), name="leadsearch_trigrams")]

    def __str__(self) -> str:
        return f"Search text of lead {self.lead_id}"
