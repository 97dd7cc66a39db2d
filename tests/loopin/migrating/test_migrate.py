"""A migration that waits holds up nobody, and is applied once what it waited for has ended."""

import threading
from contextlib import contextmanager
from io import StringIO
from itertools import count

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from loopin.migrating.session import MIGRATE_KEY
from loopin.sql import execute, fetch_row, fetch_rows
from tests.live import database_url
from tests.waiting import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

SECRET = "+919876512345"
COLUMNS = """
SELECT count(*) FROM information_schema.columns WHERE table_name = 'leads_lead' AND column_name = %s
"""
IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('tried_index')"


@pytest.fixture(autouse=True)
def _app(settings):
    """The app of the migrations; afterwards its traces are gone."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "tests.loopin.migrating.tried"]
    yield
    call_command("migrate", "tried", "zero", verbosity=0, stdout=StringIO())


class Running:
    """`migrate` in a thread of its own, and what it has said."""

    def __init__(self, target, wait):
        self.out, self.error = StringIO(), None
        self._words = ("migrate", "tried", target, f"--wait={wait}")
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        try:
            call_command(*self._words, stdout=self.out)
        except CommandError as error:
            self.error = error
        finally:
            connections.close_all()

    def says(self, words):
        eventually(lambda: words in self.out.getvalue(), failure=f"it did not say: {words}")

    def end(self):
        """What it said in all."""
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.out.getvalue()


def migrate(target, wait=60):
    return Running(target, wait)


@contextmanager
def long_report():
    """Somebody reads leads in a transaction that stays open; the id of the session."""
    with psycopg.connect(database_url(), application_name="a long report") as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # as pg_dump has it
        reader.execute(f"SELECT id FROM leads_lead WHERE phone_number = '{SECRET}'")
        yield reader.info.backend_pid


@pytest.fixture
def sign_up(api, sms, settings):
    settings.SMS_PER_IP = settings.SMS_PER_PREFIX = 10**6
    numbers = count(1)

    def ask():
        body = {"phone_number": f"+9198{next(numbers) * 7_000_003:08d}"}
        return api.post("/api/auth/signup", body).status_code

    return ask


def test_sign_ups_go_on_while_a_migration_waits_for_a_lock(sign_up):
    with long_report() as pid:
        running = migrate("0001")
        running.says("trying again")
        statuses = []
        while running.out.getvalue().count("trying again") < 3:
            statuses.append(sign_up())
        assert set(statuses) == {200}
    said = running.end()
    assert running.error is None
    assert f"A lock is held by pid {pid} (a long report, in a transaction for " in said
    assert SECRET not in said
    assert "SELECT" not in said
    assert fetch_row(COLUMNS, ["tried_atomic"]) == (1,)
    assert fetch_row("SELECT * FROM tried_limits", []) == ("0", "500ms")


def test_of_a_migration_without_a_transaction_the_one_statement_is_repeated():
    migrate("0001").end()
    with long_report():
        running = migrate("0002")
        running.says("trying again")
    running.end()
    assert running.error is None
    assert fetch_row(COLUMNS, ["tried_apart"]) == (1,)


def test_an_index_is_built_while_others_write_and_says_for_whom_it_waits(sign_up):
    migrate("0002").end()
    with long_report() as pid:
        running = migrate("0003")
        running.says(f"Waiting for pid {pid} (a long report, in a transaction for ")
        assert [sign_up() for _ in range(5)] == [200] * 5
    running.end()
    assert running.error is None
    assert fetch_row(IS_VALID, []) == (True,)


def test_an_index_that_was_left_unfinished_is_built_anew_and_a_finished_one_is_kept(sign_up):
    migrate("0002").end()
    assert [sign_up(), sign_up()] == [200, 200]
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.connection.execute(
            "CREATE UNIQUE INDEX CONCURRENTLY tried_index ON leads_lead ((1))"
        )
    assert fetch_row(IS_VALID, []) == (False,)
    assert "The index tried_index was left unfinished, and is built anew." in migrate("0003").end()
    assert fetch_row(IS_VALID, []) == (True,)
    MigrationRecorder(connection).record_unapplied("tried", "0003_index")
    assert "The index tried_index is there already." in migrate("0003").end()


def test_who_holds_a_lock_for_too_long_is_named():
    with long_report() as pid:
        running = migrate("0001", wait=0)
        running.end()
    assert f"A lock was not free within 0 s: pid {pid} (a long report" in str(running.error)
    assert fetch_rows("SELECT FROM django_migrations WHERE app = 'tried'", []) == []


def test_a_second_migrate_waits_for_the_first(sms):
    with psycopg.connect(database_url(), application_name="loopin migrate") as first:
        first.execute("SELECT pg_advisory_lock(%s)", [MIGRATE_KEY])
        who = f"Another process is migrating this database: pid {first.info.backend_pid} (loopin"
        running = migrate("0001", wait=0)
        running.end()
        assert str(running.error).startswith(who)
        second = migrate("0001")
        second.says(who)
    second.end()
    assert second.error is None
    assert fetch_row(COLUMNS, ["tried_atomic"]) == (1,)


def test_what_follows_in_the_process_has_the_limits_of_the_site():
    limit = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
    before = fetch_row(limit, [])
    call_command("migrate", "tried", "0001", stdout=StringIO())
    assert fetch_row(limit, []) == before == ("5s", "3s")
    own = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    assert fetch_row(own, []) == (0,)
    execute("SELECT 1", [])
