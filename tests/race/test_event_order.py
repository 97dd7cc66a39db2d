"""Who follows events by their ids is told each once, in whatever order writers commit."""

from collections import Counter
from contextlib import ExitStack, contextmanager
from functools import partial

import psycopg
import pytest
from django.db import connection

from accounts.models.person_event import ORDER
from tests.live import database_url
from tests.pgbouncer import needs_pgbouncer, pool
from tests.race.event_writers import ADD, ADD_MANY, Written, follow, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

WRITERS = 50
READERS = 3
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"


@pytest.fixture
def connect():
    """`connect()`: a connection to the database of the tests."""
    connection.ensure_connection()
    known = connection.get_connection_params()
    return partial(psycopg.connect, host=known["host"], user=known["user"], dbname=known["dbname"])


def race(together, connect):
    """What was written, and what each of the readers was told."""
    written, finished = Written(), []

    def work(number):
        if number < READERS:
            return follow(connect, lambda: len(finished) == WRITERS)
        write(connect, number, 4, written)
        return finished.append(number)

    results = together(READERS + WRITERS, work)
    assert not [result for result in results if isinstance(result, Exception)]
    return written.numbers, results[:READERS]


def test_fifty_writers_skip_nothing_and_repeat_nothing(together, connect):
    written, told = race(together, connect)
    assert len(written) > WRITERS
    assert [Counter(numbers) for numbers in told] == [Counter(written)] * READERS


@needs_pgbouncer
def test_fifty_writers_through_a_pool_of_twenty(together):
    connection.ensure_connection()
    with pool(database_url(), pool_size=20) as address:
        connect = partial(psycopg.connect, address, prepare_threshold=None)
        written, told = race(together, connect)
    assert len(written) > WRITERS
    assert [Counter(numbers) for numbers in told] == [Counter(written)] * READERS


@contextmanager
def open_transaction(connect, *statements):
    """A transaction that has done this and stays open until the block ends."""
    with connect() as other, other.transaction():
        for statement in statements:
            other.execute(statement)
        yield other


def last_id():
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM accounts_personevent")
        return cursor.fetchone()[0]


def test_only_who_wrote_an_event_delays_the_readers(connect):
    """Neither a long transaction that wrote something else, nor one in another database."""
    elsewhere = partial(connect, dbname="template1")
    with ExitStack() as opened:
        for other in (
            open_transaction(connect, "SELECT pg_current_xact_id()"),
            open_transaction(connect, "UPDATE auth_group SET name = name"),
            open_transaction(elsewhere, "CREATE TABLE big (id int)", "DROP TABLE big"),
            open_transaction(connect, "SELECT pg_advisory_xact_lock_shared(1)"),
        ):
            opened.enter_context(other)
        with connect() as writer:
            writer.execute(ADD, [1])
        assert ORDER.look().complete == ORDER.look().drawn == last_id()


def test_what_was_drawn_after_an_open_transaction_waits_for_it(connect):
    before = ORDER.look().drawn
    with open_transaction(connect, ADD % 1), connect() as writer:
        writer.execute(ADD_MANY, [2, 5])
        writer.commit()
        look = ORDER.look()
        assert (look.complete, look.drawn) == (before, before + 6)
    look = ORDER.look()
    assert look.complete == look.drawn == before + 6


def test_a_writer_that_undoes_its_first_savepoint_is_still_waited_for(connect):
    """The lock goes with the savepoint, and what is written next takes another."""
    with connect() as writer, writer.transaction():
        writer.execute("SAVEPOINT one")
        writer.execute(ADD, [1])
        writer.execute("ROLLBACK TO one")
        assert ORDER.look().complete == ORDER.look().drawn
        with connect() as other:
            other.execute(ADD, [2])
        before = ORDER.look()
        assert before.complete == before.drawn
        writer.execute("SAVEPOINT two")
        writer.execute(ADD, [3])
        writer.execute("RELEASE two")
        with connect() as other:
            other.execute(ADD, [4])
        assert ORDER.look().complete == before.drawn < last_id()
    assert ORDER.look().complete == last_id()


def test_an_error_that_a_function_catches_leaves_the_next_event_protected(connect):
    caught = f"DO $$ BEGIN {ADD % 1}; RAISE 'no'; EXCEPTION WHEN OTHERS THEN NULL; END $$"
    before = ORDER.look().drawn
    with open_transaction(connect, caught, ADD % 2), connect() as other:
        other.execute(ADD, [3])
        other.commit()
        assert ORDER.look().complete == before + 1


WITHIN = f"""
CREATE FUNCTION pg_temp.add() RETURNS void LANGUAGE plpgsql SET work_mem = '1MB' AS
$$ BEGIN {ADD % 1}; END $$
"""


def test_a_transaction_takes_one_lock_however_many_events_it_writes(connect):
    """Each lock takes a place in the server's memory, and an import writes fifty thousand."""
    with connect() as writer:
        for statement in (WITHIN, "SELECT pg_temp.add()", ADD % 2, f"SAVEPOINT a; {ADD % 3}"):
            writer.execute(statement)
        for _ in range(3):
            writer.execute(ADD_MANY, [4, 2000])
        assert writer.execute(LOCKS).fetchone() == (1,)


def test_a_snapshot_from_before_does_not_make_a_writer_s_lock_old(connect):
    """A transaction that reads by one snapshot all along draws and locks by what is true."""
    with connect() as writer, connect() as other:
        writer.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        writer.execute("SELECT count(*) FROM accounts_personevent")
        other.execute(ADD_MANY, [1, 3])
        other.commit()
        end = ORDER.look().drawn
        writer.execute(ADD, [2])
        assert (ORDER.look().complete, ORDER.look().drawn) == (end, end + 1)


@pytest.mark.parametrize("begin", [1, 2**31, 2**32 - 1, 2**40])
def test_ids_begin_at_nothing_and_grow_as_long_as_they_may(connect, begin):
    with connect() as writer:
        writer.execute(f"ALTER SEQUENCE accounts_personevent_id_seq RESTART WITH {begin}")
        look = f"SELECT drawn, complete FROM {ORDER.function}()"
        assert writer.execute(look).fetchone() == (begin - 1, begin - 1)
        writer.execute(ADD_MANY, [1, 5])
        assert writer.execute(look).fetchone() == (begin + 4, begin - 1)
        writer.rollback()
