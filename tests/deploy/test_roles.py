"""The product runs as a role that reads and writes rows, and cannot undo the rules for them."""

import pytest
from psycopg import errors

from tests.cast import ALICE, BOB, CAROL, PROFILE
from tests.each import each

pytestmark = pytest.mark.xdist_group("deploy")

AGE = """
SET session_replication_role = replica;
UPDATE leads_lead SET last_activity_at = now() - interval '3 years'
WHERE phone_number = '{number}';
UPDATE leads_leadevent SET created_at = now() - interval '3 years'
WHERE lead_id = (SELECT id FROM leads_lead WHERE phone_number = '{number}')
"""
OLD_EVENT = """
INSERT INTO accounts_securityevent (kind, recipient_hash, data, created_at)
VALUES ('signed_in', '', '{}', now() - interval '3 years')
"""


@pytest.fixture(scope="module")
def served(site):
    site.serve()
    return site


def count(site, statement, *values):
    with site.connect() as connection:
        return connection.execute(f"SELECT count(*) FROM {statement}", values).fetchone()[0]


def test_everything_runs_as_the_runtime_role(served):
    """Sign-up, the desk, the worker, a deletion and the daily purge."""
    receiver = served.listen()
    token = served.sign_up(ALICE, PROFILE)
    served.sign_up(BOB, PROFILE)
    assert "Souza" in served.desk()
    served.wait_for_webhook(receiver, "lead.verified")

    served.delete_account(ALICE, token)
    assert count(served, "accounts_user WHERE phone_number = %s", ALICE) == 0
    assert count(served, "leads_lead WHERE phone_number = %s", BOB) == 1

    served.ask("POST", "/api/auth/signup", {"phone_number": CAROL})
    with served.connect() as connection:  # years pass
        connection.execute(AGE.format(number=CAROL))
        connection.execute(OLD_EVENT)
    old = "accounts_securityevent WHERE created_at < now() - interval '2 years'"
    assert count(served, old) == 1
    purged = served.manage("purge")
    assert purged.returncode == 0, purged.stderr
    assert count(served, old) == count(served, "leads_lead WHERE phone_number = %s", CAROL) == 0

    assert roles_connected(served) == {served.runtime}
    assert "Traceback" not in served.live.log_path.read_text()


def roles_connected(site):
    with site.connect() as connection:
        asked = "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
        rows = connection.execute(asked, [site.name, connection.info.backend_pid])
        return {name for (name,) in rows}


def test_a_database_that_another_role_owns_is_refused_as_it_is(site):
    """Such as that of a site which has run as one role: the other one could not even connect."""
    other = f"{site.name}_other"
    done = site.create_roles(owner=other)
    assert done.returncode != 0
    assert f"The database {site.name} is there, and {other} does not own it" in done.stderr
    with site.connect() as connection:
        asked = "SELECT count(*) FROM pg_roles WHERE rolname = %s"
        assert connection.execute(asked, [other]).fetchone() == (0,)


@each(
    "statement",
    [
        "TRUNCATE leads_leadevent",
        "TRUNCATE accounts_ratecounter",
        "ALTER TABLE leads_leadevent DISABLE TRIGGER leadevent_is_append_only",
        "ALTER TABLE accounts_securityevent DISABLE TRIGGER ALL",
        "DROP TRIGGER leadevent_is_append_only ON leads_leadevent",
        "ALTER TABLE leads_lead ADD COLUMN spare integer",
        "DROP TABLE leads_leadevent",
        "CREATE OR REPLACE FUNCTION loopin_refuse_change() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RETURN NEW; END $$",
        "CREATE TABLE spare (id integer)",
        "CREATE TEMPORARY TABLE spare (id integer)",
        "CREATE SCHEMA spare",
        "CREATE INDEX spare ON leads_lead (name)",
        "CREATE ROLE spare",
        "SET session_replication_role = replica",
        "SELECT setval('leads_leadevent_id_seq', 1)",
        "DELETE FROM django_migrations",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('leads', '9999', now())",
        "SET ROLE loopin_owner",
        "COPY leads_lead TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
    ],
)
def test_the_runtime_role_may_not(site, statement):
    with site.connect(site.runtime) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(statement)


@each(
    "statement",
    [
        "UPDATE leads_leadevent SET kind = kind",
        "DELETE FROM leads_leadevent",
        "UPDATE accounts_securityevent SET kind = kind",
        "DELETE FROM accounts_securityevent",
    ],
)
def test_append_only_binds_the_runtime_role(served, statement):
    served.ask("POST", "/api/auth/signup", {"phone_number": f"+9198123{len(statement):05}"})
    with served.connect(served.runtime) as connection:
        connection.execute(OLD_EVENT.replace("interval '3 years'", "interval '3 hours'"))
        with pytest.raises(errors.RestrictViolation, match="append-only"):
            connection.execute(statement)


def test_what_a_function_of_the_owner_makes_is_there_for_the_runtime_role(site):
    """How the worker has tables made: it runs a function of the owner, which alone may."""
    with site.connect(site.owner) as owner:
        owner.execute(
            "CREATE FUNCTION make_spare() RETURNS void LANGUAGE plpgsql SECURITY DEFINER"
            " SET search_path = pg_catalog, public, pg_temp"
            " AS $$ BEGIN CREATE TABLE public.spare (id bigserial); END $$"
        )
    with site.connect(site.runtime) as runtime:
        runtime.execute("SELECT make_spare()")
        assert runtime.execute("INSERT INTO spare DEFAULT VALUES RETURNING id").fetchone() == (1,)
        with pytest.raises(errors.InsufficientPrivilege):
            runtime.execute("DROP TABLE spare")
    with site.connect(site.owner) as owner:
        owner.execute("DROP FUNCTION make_spare(); DROP TABLE spare")


def test_the_roles_may_be_made_again(site):
    again = site.create_roles()
    assert again.returncode == 0, again.stderr


@each("runtime", ["postgres", "loopin_owner"])
def test_a_role_that_may_do_more_is_no_runtime_role(site, runtime):
    made = site.create_roles(runtime=runtime)
    assert made.returncode != 0
    assert f"The role {runtime} may do too much" in made.stderr


def test_migrate_says_which_role_is_missing(site):
    owner = site.address(site.owner)
    for runtime in ("nobody_at_all", site.owner):
        said = {"DATABASE_URL": site.address(runtime), "MIGRATION_DATABASE_URL": owner}
        done = site.manage("migrate", "-v0", **said)
        assert done.returncode != 0
        assert f'it names "{runtime}"' in done.stderr
    nameless = {"DATABASE_URL": f"dbname={site.name} host={site.socket}"}
    done = site.manage("migrate", "-v0", MIGRATION_DATABASE_URL=owner, **nameless)
    assert "name the role in DATABASE_URL too" in done.stderr


def test_migrations_are_refused_to_the_runtime_role(site):
    done = site.manage("migrate", "accounts", "0001")
    assert done.returncode != 0
    refusals = ("permission denied for table", "must be owner of")
    assert any(refusal in done.stderr for refusal in refusals), done.stderr


def test_the_check_tells_a_runtime_role_that_owns_tables(site):
    def said(role):
        words = ("check", "--deploy", "--database", "default")
        return site.manage(*words, DATABASE_URL=site.address(role)).stderr

    assert "loopin.W010" not in said(site.runtime)
    assert f'loopin.W010) The role "{site.owner}" owns' in said(site.owner)
