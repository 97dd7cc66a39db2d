"""Finding a part of a text by index: every three characters in a row, in a GIN index of arrays.

PostgreSQL's own `pg_trgm` would do, but it is an extension that not every server has.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

SHORTEST = 3
"""Fewer characters have no trigram, and no index helps."""

CREATE = """
CREATE FUNCTION leads_trigrams(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT COALESCE(array_agg(DISTINCT substr($1, i, 3)), '{}')
    FROM generate_series(1, length($1) - 2) AS i
$$
"""

DROP = "DROP FUNCTION leads_trigrams(text)"


class Trigrams(models.Func):
    """`leads_trigrams(text)`: the set of its trigrams."""

    function = "leads_trigrams"
    arity = 1
    output_field = ArrayField(models.TextField())
