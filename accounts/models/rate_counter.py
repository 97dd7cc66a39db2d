from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models.functions import Now

from loopin.sql import array_of, execute, fetch_row, fetch_rows

# The keys are in order, so that two requests that spend the same limits cannot deadlock. A key at
# its cap returns no row, and is not counted. It is also a part of other statements, in which it
# happens for each row of `asked`.
COUNT = """
INSERT INTO accounts_ratecounter AS counter (key, count, expires_at)
SELECT wanted.key, wanted.amount, now() + make_interval(secs => wanted.seconds)
FROM {asked} unnest(%(keys)s::text[], %(caps)s::int[], %(seconds)s::int[], %(amounts)s::int[])
    AS wanted(key, cap, seconds, amount)
WHERE wanted.cap >= wanted.amount
ORDER BY wanted.key
ON CONFLICT (key) DO UPDATE SET
    count = excluded.count + CASE WHEN counter.expires_at <= now() THEN 0 ELSE counter.count END,
    expires_at = CASE WHEN counter.expires_at <= now() THEN excluded.expires_at
                      ELSE counter.expires_at END
WHERE counter.expires_at <= now()
   OR counter.count <= (SELECT cap FROM unnest(%(keys)s::text[], %(caps)s::int[])
                        AS wanted(key, cap) WHERE wanted.key = counter.key) - excluded.count
RETURNING counter.key, counter.count,
          CEIL(EXTRACT(EPOCH FROM counter.expires_at - now()))::int AS seconds
"""

SPEND = COUNT.format(asked="")

READ = """
SELECT key, count, CEIL(EXTRACT(EPOCH FROM expires_at - now()))::int FROM accounts_ratecounter
WHERE key = ANY(%s::text[]) AND expires_at > now()
"""

# In the same order, for the same reason.
GIVE_BACK = """
WITH locked AS (
    SELECT key, amount
    FROM accounts_ratecounter JOIN unnest(%s::text[], %s::int[]) AS spent(key, amount) USING (key)
    ORDER BY key FOR UPDATE OF accounts_ratecounter
)
UPDATE accounts_ratecounter AS counter SET count = GREATEST(0, count - amount)
FROM locked WHERE counter.key = locked.key
"""

# A window that is over, and not for long, is taken by one request alone.
TAKE_ENDED = """
DELETE FROM accounts_ratecounter
WHERE key = %s AND expires_at <= now() AND expires_at > now() - make_interval(secs => %s)
RETURNING 1
"""

# The ORM's `delete` puts a transaction around it, which makes three statements of one.
RESET = "DELETE FROM accounts_ratecounter WHERE key = %s"

UNTIL_ROOM = """
SELECT COALESCE(max(CEIL(EXTRACT(EPOCH FROM expires_at - now()))), 0)::int
FROM accounts_ratecounter
JOIN unnest(%s::text[], %s::int[], %s::int[]) AS wanted(key, cap, amount) USING (key)
WHERE expires_at > now() AND count > cap - amount
"""


ENDED_WINDOWS_KEPT = timedelta(minutes=15)
"""Longer than the `within` of any call of `take_ended`."""


@dataclass(frozen=True)
class Limit:
    """At most `cap` under this key in a window of `seconds`, which begins with the first.

    `amount`: how much one request counts. `policy`: the name by which a client is told of it, ""
    where it is told of nothing.
    """

    key: str
    cap: int
    seconds: int
    amount: int = 1
    policy: str = ""


@dataclass(frozen=True)
class Spent:
    """What a limit has counted; its window ends in `seconds`."""

    count: int
    seconds: int


def parameters_of(limits: Sequence[Limit]) -> dict[str, str]:
    """The parameters of `COUNT`."""
    return {
        "keys": array_of([limit.key for limit in limits]),
        "caps": array_of([limit.cap for limit in limits]),
        "seconds": array_of([limit.seconds for limit in limits]),
        "amounts": array_of([limit.amount for limit in limits]),
    }


def name_of(key: str) -> str:
    """The name of the limit of a key, without what it counts, which may be a number."""
    return key.partition(":")[0]


class RateCounterQuerySet(models.QuerySet["RateCounter"]):
    def long_over(self) -> Self:
        """Counters whose window is over, and for so long that `take_ended` asks for none."""
        return self.filter(expires_at__lt=Now() - ENDED_WINDOWS_KEPT)

    def spend(self, limits: Sequence[Limit]) -> dict[str, Spent]:
        """Count against each limit, in one statement, and return what those with room have.

        In a transaction that rolls back when a key is missing, a refused request counts nothing.
        """
        return {key: Spent(*spent) for key, *spent in fetch_rows(SPEND, parameters_of(limits))}

    def read(self, keys: Sequence[str]) -> dict[str, Spent]:
        """What these keys have counted in a window that is not over. One statement."""
        return {key: Spent(*spent) for key, *spent in fetch_rows(READ, [list(keys)])}

    def get_count(self, key: str) -> int:
        """The count of this key in its last window, which may be over."""
        return self.filter(pk=key).values_list("count", flat=True).first() or 0

    def give_back(self, limits: Sequence[Limit]) -> None:
        """Undo one `spend` of these limits."""
        execute(GIVE_BACK, [[limit.key for limit in limits], [limit.amount for limit in limits]])

    def take_ended(self, key: str, *, within: int) -> bool:
        """Remove a window that ended in the last `within` seconds; False if there is none."""
        return fetch_row(TAKE_ENDED, [key, within]) is not None

    def reset(self, key: str) -> None:
        """Set the count of this key back to 0."""
        execute(RESET, [key])

    def seconds_until_room(self, limits: Sequence[Limit]) -> int:
        """Seconds until each of these limits has room, 0 if all have."""
        columns = zip(*((limit.key, limit.cap, limit.amount) for limit in limits), strict=True)
        row = fetch_row(UNTIL_ROOM, [list(column) for column in columns])
        assert row is not None  # noqa: S101  a maximum is always one row
        seconds: int = row[0]
        return seconds


class RateCounter(models.Model):
    """Counts something in a window of time. After the window the row has no meaning."""

    key = models.CharField(max_length=320, primary_key=True)
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    objects = RateCounterQuerySet.as_manager()

    def __str__(self) -> str:
        return name_of(self.key)
