"""Tables of events are partitioned by month: made ahead, filled, dropped after their retention."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import SecurityEvent
from accounts.models.security_event import Kind
from loopin.doctor import registry
from loopin.partitions import months
from loopin.partitions.tables import PartitionedTable, registered
from loopin.sql import deletion_allowed, execute, fetch_row, fetch_rows
from tests.each import each

NAME = "accounts_securityevent"
TABLE = PartitionedTable(NAME, lambda: 30)
NEVER = PartitionedTable(NAME, lambda: 3650)


def month(ahead):
    """The first moment of a month, so many months from this one."""
    now = datetime.now(UTC)
    index = now.year * 12 + now.month - 1 + ahead
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)


def name_of(ahead):
    return f"{NAME}_{month(ahead):%Y_%m}"


def happen(at):
    """An event at this time; its id."""
    return SecurityEvent.objects.create(kind=Kind.SIGNED_IN, created_at=at).pk


def partition_of(event_id):
    [name] = fetch_row(f"SELECT tableoid::regclass::text FROM {NAME} WHERE id = %s", [event_id])
    return name


def names():
    return {name for (name,) in fetch_rows("SELECT name FROM loopin_months(%s)", [NAME])}


def end_months_at(ahead):
    """As if no worker had been there since the month before this one was made."""
    for name in names() - {f"{NAME}_first", f"{NAME}_default"}:
        execute(f"DROP TABLE {name}", [])
    execute(f"ALTER TABLE {NAME} DETACH PARTITION {NAME}_first", [])
    sql = f"ALTER TABLE {NAME} ATTACH PARTITION {NAME}_first FOR VALUES FROM (MINVALUE) TO"
    execute(f"{sql} ('{month(ahead).isoformat()}')", [])


def test_a_migrated_table_has_this_month_and_the_two_after_it(db):
    assert [table.name for table in registered] == [NAME]
    assert months.reaches_to(TABLE) == month(3)
    assert months.make(TABLE) == []


def test_a_row_lies_in_the_partition_of_its_month(db):
    end_months_at(0)
    assert months.make(TABLE) == [name_of(0), name_of(1), name_of(2)]
    second = timedelta(seconds=1)
    assert partition_of(happen(month(-7))) == f"{NAME}_first"
    assert partition_of(happen(month(0) - second)) == f"{NAME}_first"
    assert partition_of(happen(month(0))) == name_of(0)
    assert partition_of(happen(month(1) - second)) == name_of(0)
    assert partition_of(happen(month(1))) == name_of(1)
    assert partition_of(happen(month(3))) == f"{NAME}_default"
    SecurityEvent.objects.record(Kind.CODE_REFUSED)
    assert partition_of(SecurityEvent.objects.latest("pk").pk) == name_of(0)


def test_a_month_later_the_worker_makes_one_more(db):
    end_months_at(2)
    months.keep()
    assert months.reaches_to(TABLE) == month(3)
    assert name_of(2) in names()


def test_rows_are_taken_when_no_worker_was_there_for_months_and_get_their_month_later(db):
    end_months_at(-4)
    ids = [happen(month(-3)), happen(datetime.now(UTC))]
    assert {partition_of(one) for one in ids} == {f"{NAME}_default"}
    assert months.make(TABLE) == [name_of(-4), name_of(1), name_of(2)]
    assert {partition_of(one) for one in ids} == {name_of(-4)}
    assert partition_of(happen(month(2))) == name_of(2)
    assert fetch_row(f"SELECT count(*) FROM {NAME}_default", []) == (0,)
    assert partition_of(happen(month(9))) == f"{NAME}_default"
    assert months.make(TABLE) == []


def test_a_month_is_dropped_when_every_row_is_past_its_retention(db):
    end_months_at(-2)
    months.make(TABLE)
    old, young = happen(month(-2) - timedelta(seconds=1)), happen(month(0))
    assert months.drop(NEVER) == []
    assert months.drop(TABLE) == [f"{NAME}_first"]
    assert {old, young} & {*SecurityEvent.objects.values_list("pk", flat=True)} == {young}
    assert months.drop(PartitionedTable(NAME, lambda: -365)) == []  # what is to come stays


def test_a_month_is_dropped_only_where_rows_may_be_deleted(db):
    end_months_at(-2)
    months.make(TABLE)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        fetch_row(months.DROP, [NAME, 30])
    with deletion_allowed():
        assert fetch_row(months.DROP, [NAME, 30]) == (f"{NAME}_first",)


@each("statement", ["UPDATE {} SET kind = kind", "DELETE FROM {}"])
@each("made", ["first", "default", "by the worker"])
def test_no_row_can_be_altered_by_the_name_of_its_partition(db, made, statement):
    end_months_at(1 if made == "first" else -2)
    happen(datetime.now(UTC))
    if made == "by the worker":
        end_months_at(-2)
        months.make(TABLE)
    name = partition_of(SecurityEvent.objects.get().pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute(statement.format(name), [])


@pytest.mark.django_db(transaction=True)
def test_who_uses_the_table_goes_first_and_the_next_run_makes_the_month():
    execute(f"DROP TABLE {name_of(2)}", [])
    is_locked, is_tried = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            execute(f"LOCK TABLE {NAME}_default IN ACCESS SHARE MODE", [])
            is_locked.set()
            is_tried.wait(60)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert is_locked.wait(60)
    assert months.make(TABLE) == []
    is_tried.set()
    holder.join(60)
    assert months.make(TABLE) == [name_of(2)]


def test_doctor_tells_of_months_that_nobody_made(db):
    assert registry.examine(["partitions"]) == []
    end_months_at(0)
    [found] = registry.examine(["partitions"])
    assert (found.id, NAME in found.msg) == ("loopin.W180", True)
