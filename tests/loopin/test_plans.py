"""How PostgreSQL plans what every sign-up runs: once for each connection, and by indexes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from loopin.sql import fetch_rows
from tests.cast import PROFILE

pytestmark = pytest.mark.django_db(transaction=True)

PLANNED_FIRST = 5
"""So many times PostgreSQL plans a prepared statement for its values before it compares."""

TIMES = PLANNED_FIRST + 5

PREPARED = """
SELECT statement, parameter_types::text[], generic_plans FROM pg_prepared_statements
WHERE generic_plans + custom_plans > %s AND statement !~* '^(savepoint|release|select 1$)'
"""

COUNTERS = """
INSERT INTO accounts_ratecounter (key, count, expires_at)
SELECT 'send:' || number, 1, now() + interval '1 day' FROM generate_series(1, 5000) AS number
"""

Prepared = tuple[str, list[str], int]
"""A statement, the types of its parameters, and how often it ran by a plan for all values."""

SMALL_TABLES = {"interests_eventinterest", "auth_permission", "django_content_type"}
"""They have few rows on every site."""


@pytest.fixture
def prepared(api, sms) -> Iterator[list[Prepared]]:
    """The statements of ten people who sign up, mistype, read their profile and log in, planned as
    if the tables were large: PostgreSQL prefers to read those of tests from end to end."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(COUNTERS)
        cursor.execute("ANALYZE accounts_ratecounter")
    for person in range(TIMES):
        number = f"+9198765432{person:02}"
        api.post("/api/auth/signup", {"phone_number": number})
        code = sms.last_code(number)
        body = {"phone_number": number, "otp_code": f"{(int(code) + 1) % 10000:04}"}
        assert api.post("/api/auth/verify-otp", body).status_code == 400
        verified = api.post("/api/auth/verify-otp", body | {"otp_code": code}).json()
        headers = {"Authorization": f"Bearer {verified['token']}"}
        api.post("/api/auth/complete-profile", PROFILE, headers=headers)
        assert api.get("/api/auth/profile", headers=headers).status_code == 200
        refresh = {"refresh_token": verified["data"]["refresh_token"]}
        assert api.post("/api/auth/refresh", refresh).status_code == 200
        assert api.post("/api/auth/login", {"phone_number": number}).status_code == 200
        body = {"phone_number": number, "otp_code": sms.last_code(number)}
        assert api.post("/api/auth/verify-login", body).status_code == 200
    yield [(row[0], row[1], row[2]) for row in fetch_rows(PREPARED, [PLANNED_FIRST])]
    connection.close()


def test_no_statement_is_planned_each_time(prepared):
    assert len(prepared) > 10
    assert [_short(sql) for sql, _, generic_plans in prepared if not generic_plans] == []


def test_no_statement_reads_a_whole_table(prepared):
    read = {
        (node["Relation Name"], _short(sql))
        for sql, types, _ in prepared
        for node in _nodes(_plan(sql, types))
        if node["Node Type"] == "Seq Scan"
    }
    assert {(table, sql) for table, sql in read if table not in SMALL_TABLES} == set()


def _plan(sql: str, types: list[str]) -> dict[str, Any]:
    """The plan for all values."""
    declared, values = (
        f"({', '.join(words)})" if types else "" for words in (types, ["NULL"] * len(types))
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        raw = connection.connection
        raw.execute(f"PREPARE probe {declared} AS {sql}".encode(), prepare=False)
        explained = raw.execute(
            f"EXPLAIN (FORMAT JSON) EXECUTE probe {values}".encode(), prepare=False
        )
        [[whole]] = explained.fetchone()
        raw.execute("DEALLOCATE probe", prepare=False)
    plan: dict[str, Any] = whole["Plan"]
    return plan


def _short(sql: str) -> str:
    return " ".join(sql.split())[:200]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)
