"""The worker keeps the months of tables that it may not alter, by functions of their owner."""

import pytest
from psycopg import errors

from tests.each import each

pytestmark = pytest.mark.xdist_group("deploy")

TABLE = "accounts_securityevent"
LAST = "SELECT name FROM loopin_months(%s) WHERE upto IS NOT NULL ORDER BY upto DESC LIMIT 1"
KEEP = "from loopin.partitions import months; months.keep()"
EVENT = """
INSERT INTO accounts_securityevent (kind, recipient_hash, data, created_at)
VALUES ('signed_in', '', '{}', now() + interval '2 months') RETURNING tableoid::regclass::text
"""


def last_month(connection):
    return connection.execute(LAST, [TABLE]).fetchone()[0]


@pytest.fixture
def made(site):
    """The last month, made by the product as the runtime role."""
    with site.connect(site.owner) as owner:
        name = last_month(owner)
        owner.execute(f"DROP TABLE {name}")
    done = site.manage("shell", "-v0", "-c", KEEP)
    assert done.returncode == 0, done.stderr
    return name


def test_the_runtime_role_makes_a_month_and_writes_into_it(site, made):
    with site.connect(site.runtime) as runtime:
        assert last_month(runtime) == made
        assert runtime.execute(EVENT).fetchone() == (made,)
        assert runtime.execute(f"SELECT count(*) > 0 FROM {made}").fetchone() == (True,)
        owned = "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = %s"
        assert runtime.execute(owned, [made]).fetchone() == (site.owner,)


@each(
    "statement",
    [
        "DROP TABLE {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE accounts_securityevent DETACH PARTITION {}",
        "CREATE TABLE more PARTITION OF accounts_securityevent DEFAULT",
    ],
)
def test_it_may_do_nothing_else_to_a_month(site, made, statement):
    with site.connect(site.runtime) as runtime, pytest.raises(errors.InsufficientPrivilege):
        runtime.execute(statement.format(made))


@each("statement", ["UPDATE {} SET kind = kind", "DELETE FROM {}"])
def test_append_only_binds_it_in_a_month_too(site, made, statement):
    with site.connect(site.runtime) as runtime:
        runtime.execute(EVENT)
        with pytest.raises(errors.RestrictViolation, match="append-only"):
            runtime.execute(statement.format(made))


@each("name", ["accounts_user", "nothing", "x; DROP TABLE accounts_user"])
def test_the_functions_make_nothing_of_another_table(site, name):
    with (
        site.connect(site.runtime) as runtime,
        pytest.raises(errors.Error, match=r"no months|exist"),
    ):
        runtime.execute("SELECT loopin_make_month(%s)", [name])


def test_a_table_without_months_cannot_be_dropped(site):
    with site.connect(site.runtime) as runtime, runtime.transaction():
        runtime.execute("SELECT set_config('loopin.is_erasing', 'on', TRUE)")
        dropped = runtime.execute("SELECT loopin_drop_month('accounts_user', now())")
        assert dropped.fetchone() == (None,)


@pytest.fixture
def reader(site):
    """A role that may read, as for reports."""
    with site.connect() as server:
        server.execute("CREATE ROLE reader LOGIN")
        server.execute("GRANT USAGE ON SCHEMA public TO reader")
        server.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        server.execute(f"GRANT CONNECT ON DATABASE {site.name} TO reader")
        yield "reader"
        server.execute("DROP OWNED BY reader")
        server.execute("DROP ROLE reader")


@each("call", ["loopin_make_month(%s)", "loopin_drop_month(%s, now() + interval '1 year')"])
def test_who_may_only_read_the_rows_makes_and_drops_no_month(site, reader, call):
    with site.connect(reader) as connection:
        connection.execute("SET loopin.is_erasing = 'on'")
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(f"SELECT {call}", [TABLE])


def test_a_role_that_was_taken_counts_for_a_month(site, reader, made):
    with site.connect() as server:
        server.execute(f"GRANT {site.runtime} TO reader")
    with site.connect(reader) as connection:
        connection.execute(f"SET ROLE {site.runtime}")
        assert connection.execute("SELECT loopin_make_month(%s)", [TABLE]).fetchone() == (None,)
