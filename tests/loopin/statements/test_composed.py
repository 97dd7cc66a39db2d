"""One statement of parts that stand with their models: written as a whole, or not at all."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from psycopg._queries import _query2pg

from accounts.models import RateCounter
from loopin.statements.composed import PERMITTED, Clause, Part, StatementRefused, run

WRITE = """
INSERT INTO accounts_ratecounter (key, count, expires_at)
SELECT %({0})s, 1, now() FROM {1} RETURNING key, count
"""
FIRST = Clause(
    f"permitted AS ({WRITE.format('first', '(SELECT 1)')})", "permitted", ("permitted.key",)
)
SECOND = Clause(
    f"second AS ({WRITE.format('second', 'permitted')})", "second", ("second.key", "second.count")
)
ONLY_IF = Clause("permitted AS (SELECT 1 AS one WHERE %(is_wanted)s)", "permitted", ("one",))
REFUSING = Clause(
    "refusing AS MATERIALIZED (SELECT loopin_refuse('second ' || second.key) AS it FROM second)",
    "refusing",
    ("refusing.it",),
    may_refuse=True,
)


def keys():
    return set(RateCounter.objects.values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
def test_parts_are_one_statement_without_a_transaction():
    parts = Part(FIRST, {"first": "a"}), Part(SECOND, {"second": "b"})
    with CaptureQueriesContext(connection) as sent:
        assert run(*parts) == [("a",), ("b", 1)]
    assert len(sent) == 1
    assert keys() == {"a", "b"}


def test_a_part_learns_what_it_returned_and_nothing_if_it_did_not_happen(db):
    told = []
    second = Part(SECOND, {"second": "b"}, then=told.append)
    assert run(Part(ONLY_IF, {"is_wanted": False}), second) is None
    assert (told, keys()) == ([], set())
    run(Part(ONLY_IF, {"is_wanted": True}), second)
    assert (told, keys()) == ([("b", 1)], {"b"})


@pytest.mark.django_db(transaction=True)
def test_a_part_that_fails_takes_all_others_with_it():
    run(PERMITTED, Part(SECOND, {"second": "b"}))
    with pytest.raises(IntegrityError):
        run(Part(FIRST, {"first": "a"}), Part(SECOND, {"second": "b"}))
    assert keys() == {"b"}


@pytest.mark.django_db(transaction=True)
def test_a_refusal_undoes_the_statement_and_says_why():
    parts = [Part(FIRST, {"first": "a"}), Part(SECOND, {"second": "b"}), Part(REFUSING)]
    with pytest.raises(StatementRefused) as raised:
        run(*parts)
    assert (raised.value.detail, keys()) == ("second b", set())
    with transaction.atomic():
        run(PERMITTED, Part(SECOND, {"second": "before"}))
        with pytest.raises(StatementRefused):
            run(*parts)
        run(PERMITTED, Part(SECOND, {"second": "after"}))
    assert keys() == {"before", "after"}


def test_no_two_parts_have_parameters_of_one_name():
    with pytest.raises(AssertionError):
        run(Part(FIRST, {"first": "a"}), Part(SECOND, {"first": "b"}))


def test_a_long_statement_is_read_for_its_parameters_once(db):
    """psycopg remembers what it read of a statement only up to a length."""
    long = Clause(f"permitted AS (SELECT 1 AS one) {'-- words ' * 1000}\n", "permitted", ("one",))
    run(Part(long))
    misses = _query2pg.cache_info().misses
    assert run(Part(long)) == [(1,)]
    assert _query2pg.cache_info().misses == misses
