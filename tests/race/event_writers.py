"""Writers and readers of events on connections of their own, for whatever stands in between."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from accounts.models.person_event import ORDER

ADD = "INSERT INTO accounts_personevent (user_id, kind) VALUES (%s, 'user.verified')"
ADD_MANY = """
INSERT INTO accounts_personevent (user_id, kind)
SELECT %s, 'user.verified' FROM generate_series(1, %s)
"""
LOOK = f"SELECT drawn, complete FROM {ORDER.function}()"
AFTER = """
SELECT id, user_id FROM accounts_personevent WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
"""
SECONDS = 60
"""How long a reader follows at most."""

Connect = Callable[[], "psycopg.Connection[tuple[Any, ...]]"]


@dataclass
class Written:
    """`numbers`: of the events of transactions that committed, each another one."""

    numbers: list[int] = field(default_factory=list)


def write(connect: Connect, writer: int, transactions: int, written: Written) -> None:
    """Transactions that stay open for a while, with savepoints, some of which are rolled back."""
    chance = random.Random(writer)
    with connect() as connection:
        for number in range(transactions):
            is_undone = chance.random() < 0.2
            with connection.transaction():
                numbers = _write_some(connection, chance, (writer * transactions + number) * 10)
                if is_undone:
                    raise psycopg.Rollback
            written.numbers.extend([] if is_undone else numbers)


def _write_some(
    connection: "psycopg.Connection[Any]", chance: random.Random, base: int
) -> list[int]:
    """Up to three steps, the first of which may be undone: its lock goes with it."""
    kept = []
    for step in range(chance.randint(1, 3)):
        is_undone = chance.random() < 0.3
        with connection.transaction():
            connection.execute(ADD, [base + step])
            time.sleep(chance.random() / 50)
            if is_undone:
                raise psycopg.Rollback
        kept += [] if is_undone else [base + step]
        time.sleep(chance.random() / 50)
    return kept


def follow(connect: Connect, is_over: Callable[[], bool], *, size: int = 7) -> list[int]:
    """The numbers of all events in the order in which they are told, a few at a time."""
    told: list[int] = []
    after, was_over, deadline = 0, False, time.monotonic() + SECONDS
    with connect() as connection:
        connection.autocommit = True
        while time.monotonic() < deadline:
            row = connection.execute(LOOK).fetchone()
            assert row
            rows = connection.execute(AFTER, [after, row[1], size]).fetchall()
            told += [number for _, number in rows]
            after = rows[-1][0] if len(rows) == size else row[1]
            if was_over and not rows:
                return told
            was_over = is_over()
    raise AssertionError("the writers do not end")
