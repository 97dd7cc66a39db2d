"""Behind PgBouncer, a check says when the role has no time limits, and what gives it them."""

import os
import re
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests.live import database_url
from tests.pgbouncer import needs_pgbouncer, pool

pytestmark = [pytest.mark.django_db(transaction=True), needs_pgbouncer]

ROLE = f"pooled_{os.getpid()}"
LIMITS = ("idle_in_transaction_session_timeout", "lock_timeout", "statement_timeout")


@pytest.fixture
def pooled_url(transactional_db):
    """The tests' database as a role of its own finds it, through PgBouncer."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE} LOGIN")
        address = psycopg.conninfo.make_conninfo(database_url(), user=ROLE)
        with pool(address) as url:
            yield url
        cursor.execute(f"DROP ROLE {ROLE}")


def manage(url, *words, **variables):
    named = {"DATABASE_URL": url, "DB_POOLED": "true", "DJANGO_SETTINGS_MODULE": "loopin.settings"}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        env=os.environ | named | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def check(url, **variables):
    """What `check --database default` says."""
    return manage(url, "check", "--database", "default", **variables).stderr


def test_a_role_without_limits_is_found_behind_a_pooler_with_what_to_run(pooled_url):
    with psycopg.connect(pooled_url, prepare_threshold=None) as other:
        other.execute("SET statement_timeout = 7000")  # it stays with the pool's connection
    found = check(pooled_url)
    assert f"the role has no {', '.join(LIMITS)}:" in found
    lines = re.findall(r"ALTER ROLE .*;", found)
    assert lines[2] == f"ALTER ROLE \"{ROLE}\" SET statement_timeout = '5000ms';"
    with connection.cursor() as cursor:
        for line in lines[1:]:
            cursor.execute(line)
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [ROLE]
        )
    left = check(pooled_url)
    assert f"the role has no {LIMITS[0]}:" in left
    assert "lock_timeout" not in left
    assert "loopin.W002" not in check(pooled_url, DB_POOLED="false", DATABASE_URL=database_url())


def test_migrations_are_refused_through_a_pooler(pooled_url):
    refused = manage(pooled_url, "migrate")
    assert refused.returncode == 1
    assert "Migrations need a connection to PostgreSQL itself" in refused.stderr
