"""Finding leads by a part of a number, a name or an e-mail address.

Every three characters in a row are in a GIN index of arrays. PostgreSQL's own `pg_trgm` would do,
but it is an extension that not every server has. The text stands in a table of its own: an index
over the leads themselves would be written at everything that happens to one, which made that half
as slow again (404 µs an update against 275).
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

SHORTEST = 3
"""Fewer characters have no trigram, and no index helps."""

CREATE_TRIGRAMS = """
CREATE FUNCTION leads_trigrams(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT COALESCE(array_agg(DISTINCT substr($1, i, 3)), '{}')
    FROM generate_series(1, length($1) - 2) AS i
$$
"""

DROP_TRIGRAMS = "DROP FUNCTION leads_trigrams(text)"

# Whoever writes a lead, by whichever statement: it is found by what it says.
CREATE_TRIGGERS = """
CREATE FUNCTION leads_let_find() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leads_leadsearch (lead_id, text)
    VALUES (NEW.id, btrim(lower(concat_ws(' ', NEW.phone_number, NEW.name, NEW.email))))
    ON CONFLICT (lead_id) DO UPDATE SET text = excluded.text;
    RETURN NULL;
END $$;

CREATE TRIGGER lead_is_found AFTER INSERT ON leads_lead
FOR EACH ROW EXECUTE FUNCTION leads_let_find();

CREATE TRIGGER lead_is_found_anew AFTER UPDATE OF phone_number, name, email ON leads_lead
FOR EACH ROW WHEN ((OLD.phone_number, OLD.name, OLD.email)
                   IS DISTINCT FROM (NEW.phone_number, NEW.name, NEW.email))
EXECUTE FUNCTION leads_let_find();

INSERT INTO leads_leadsearch (lead_id, text)
SELECT id, btrim(lower(concat_ws(' ', phone_number, name, email))) FROM leads_lead;
"""

DROP_TRIGGERS = """
DROP TRIGGER lead_is_found_anew ON leads_lead;
DROP TRIGGER lead_is_found ON leads_lead;
DROP FUNCTION leads_let_find();
"""

MOST_FOUND = 100_000
"""More than anybody looks through. The bound has the planner find before it sorts or joins."""


class Trigrams(models.Func):
    """`leads_trigrams(text)`: the set of its trigrams."""

    function = "leads_trigrams"
    arity = 1
    output_field = ArrayField(models.TextField())


class LeadSearchQuerySet(models.QuerySet["LeadSearch"]):
    def ids_containing(self, needle: str) -> models.QuerySet["LeadSearch", int]:
        """The leads whose text contains the needle: by index from 3 characters on.

        A few trigrams that do not overlap find as well as all, and the planner, which takes each
        for a condition of its own, is less wrong about them.
        """
        wanted = needle.lower()
        starts = [*range(0, len(wanted) - 2, 3)][:3]
        trigrams = sorted({wanted[i : i + 3] for i in (*starts, len(wanted) - 3) if i >= 0})
        texts = self.alias(trigrams=Trigrams("text")) if trigrams else self
        if trigrams:
            texts = texts.filter(trigrams__contains=trigrams)  # type: ignore[misc]
        return texts.filter(text__contains=wanted).values_list("lead_id", flat=True)[:MOST_FOUND]


class LeadSearch(models.Model):
    """What a lead is found by. A trigger writes it; nothing else does."""

    lead = models.OneToOneField("leads.Lead", models.CASCADE, primary_key=True, related_name="+")
    text = models.TextField()

    objects = LeadSearchQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(Trigrams("text"), name="leadsearch_trigrams")]

    def __str__(self) -> str:
        return f"What lead {self.lead_id} is found by"
