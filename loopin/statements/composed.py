"""Composes one SQL statement of parts that stand with their models, so that what belongs together
is one round trip and needs no transaction around it.

A `Clause` is a constant: some CTEs as text, and what they return. A `Part` is a clause with the
values of one request. `run(part, other, …)` makes

    WITH <CTEs of part>, <CTEs of other> SELECT <returned by part>, <returned by other>
    FROM <source of part> LEFT JOIN <source of other> ON TRUE

and runs it in autocommit: all of it is written, or nothing. The text is made once for each
combination of clauses, and prepared once by each connection.

What to know of such statements (https://www.postgresql.org/docs/current/queries-with.html#QUERIES-WITH-MODIFYING):

- All CTEs see the database as it was when the statement began. What another CTE writes is seen by
  its RETURNING alone, so a CTE that has to come after another one reads from it. That is also how
  rows are locked in the same order everywhere.
- Whether a part happens is said by a CTE that has one row or none. The first part names it
  `permitted`; parts of other apps read `FROM permitted`.
- A row that somebody else has inserted since the statement began is not seen, but ON CONFLICT waits
  for it and finds it.
- No row may be written twice by one statement.
- PostgreSQL keeps the plan of a prepared statement if that is not dearer than planning for the
  values at hand. It takes an array for ten elements where it does not know it, so a statement over
  shorter ones is planned each time, which takes longer than to run it. `LIMIT cardinality(array)`
  behind `unnest` makes it reckon with few. Of a partial index the statement names the condition.
  tests/loopin/test_plans.py tells which statements are planned each time.

A refusal that is known before anything is written is a CTE without a row. One that shows while
writing calls `loopin_refuse`, which undoes the whole statement. It is for what simultaneous
requests bring about and nothing else: PostgreSQL logs an error, and psycopg prepares the statement
anew.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction
from psycopg import _queries

from loopin.sql import fetch_row

# psycopg takes a statement of more than 4096 bytes for one that an ORM has made and that never
# comes again, and so reads it anew each time for its parameters: 0.3 ms. Ours are constants.
_queries.MAX_CACHED_STATEMENT_LENGTH = 32 * 1024

REFUSED = "LP001"
"""The SQLSTATE of `loopin_refuse`. Classes from "I" on are free for applications."""

Row = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Clause:
    """A part of statements as a constant beside its model.

    `sql`: CTEs, without WITH. `source`: the CTE of which `returned` are columns; no source if the
    part returns nothing. Of the first part the source has one row, or none if nothing was done; of
    all others it may have none. The names of CTEs and of parameters are those of no other clause
    in the same statement. `may_refuse`: whether it calls `loopin_refuse`, which inside a
    transaction needs a savepoint.
    """

    sql: str
    source: str = ""
    returned: tuple[str, ...] = ()
    may_refuse: bool = False


@dataclass(frozen=True)
class Part:
    """What one clause does in one statement.

    `values`: its parameters. `then`: is called with what the part returned once the statement has
    run, and not if it returned nothing. It cannot undo the statement.
    """

    clause: Clause
    values: Mapping[str, Any] = field(default_factory=dict)
    then: Callable[[Row], object] | None = None


PERMITTED = Part(Clause("permitted AS (SELECT TRUE AS is_permitted)", "permitted"))
"""Stands before a part that happens by itself and reads `FROM permitted`."""


class StatementRefused(Exception):
    """`loopin_refuse` was called, and nothing was written. `detail`: what it was called with."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def run(*parts: Part) -> list[Row] | None:
    """Run the parts as one statement, and return what each of them returned.

    None if the source of the first part has no row. A part without a row returned `None`s.

    Raises StatementRefused. Inside a transaction that undoes this statement alone.
    """
    statement = _compose(tuple([part.clause for part in parts]))
    values: dict[str, Any] = {}
    for part in parts:
        values |= part.values
    count = sum([len(part.values) for part in parts])
    assert len(values) == count  # noqa: S101  a name stands twice
    fetch = _fetch_or_undo if statement.may_refuse else fetch_row
    row = fetch(statement.text, values)
    if row is None:
        return None
    rows = _split(row, parts)
    for part, returned in zip(parts, rows, strict=True):
        if part.then is not None and returned and returned[0] is not None:
            part.then(returned)
    return rows


def _fetch_or_undo(text: str, values: dict[str, Any]) -> Row | None:
    inside = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with inside:
            return fetch_row(text, values)
    except DatabaseError as error:
        cause: Any = error.__cause__
        if getattr(cause, "sqlstate", None) != REFUSED:
            raise
        raise StatementRefused(cause.diag.message_detail or "") from None


def _split(row: Row, parts: Sequence[Part]) -> list[Row]:
    columns = iter(row)
    return [tuple(islice(columns, len(part.clause.returned))) for part in parts]


@dataclass(frozen=True)
class _Statement:
    text: str
    may_refuse: bool


@cache
def _compose(clauses: tuple[Clause, ...]) -> _Statement:
    ctes = ",\n".join(clause.sql.strip() for clause in clauses)
    returned = ", ".join(name for clause in clauses for name in clause.returned)
    first, *others = [clause.source for clause in clauses if clause.source]
    joined = "".join(f"\nLEFT JOIN {source} ON TRUE" for source in others)
    text = f"WITH {ctes}\nSELECT {returned}\nFROM {first}{joined}"
    return _Statement(text, any(clause.may_refuse for clause in clauses))
