"""The database between two tests that commit: emptied as far as something was written."""

from functools import cache

from django.db import connection
from django.test import TransactionTestCase

from leads.insights import rollups

KEPT = {
    *("django_content_type", "auth_permission", "auth_group", "auth_group_permissions"),
    *("interests_eventinterest", "django_migrations"),
}
"""Tables that migrations fill."""

FINGERPRINTS = " UNION ALL ".join(
    f"SELECT md5(string_agg(row::text, ' ' ORDER BY row::text)) FROM {table} AS row"
    for table in ("auth_group", "auth_group_permissions", "interests_eventinterest")
)
"""Of those that a test may have changed."""

END_OTHER_SESSIONS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""

_empty_everything = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def empty_quickly() -> None:
    """Let tests that commit empty the tables that have rows.

    Django empties all of them, about 35, and makes anew what migrations wrote: half a second a
    test. That is still done after a test that changed what migrations wrote.
    """
    _as_migrated()
    TransactionTestCase._fixture_teardown = _teardown  # type: ignore[attr-defined]


def end_other_sessions() -> None:
    """End what is still connected when the tests are over, so that the database can be dropped.

    A thread or a server that a test cut off may hold its connection a little longer. Waits at most
    10 seconds for each of them.
    """
    with connection.cursor() as cursor:
        cursor.execute(END_OTHER_SESSIONS)
    connection.close()


def _teardown(test: TransactionTestCase) -> None:
    if _fingerprints() != _as_migrated():
        _empty_everything(test)
        return
    with connection.cursor() as cursor:
        tables = [name for name in _tables() if name not in KEPT]
        questions = ", ".join(f"EXISTS (SELECT FROM {name})" for name in tables)
        cursor.execute(f"SELECT {questions}")
        filled = [
            name for name, has_rows in zip(tables, cursor.fetchone(), strict=True) if has_rows
        ]
        cursor.execute(f"TRUNCATE {', '.join(filled)} CASCADE")
    rollups.begin()


@cache
def _tables() -> list[str]:
    return sorted(connection.introspection.django_table_names(only_existing=True))


@cache
def _as_migrated() -> list[str]:
    return _fingerprints()


def _fingerprints() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(FINGERPRINTS)
        return [digest for (digest,) in cursor.fetchall()]
