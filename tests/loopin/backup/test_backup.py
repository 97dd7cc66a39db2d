"""A backup is whole or not there, holds what rows name, and is nobody else's to read."""

import json
import resource
import stat
import tarfile
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from loopin.backup import folders, manifest, programs
from loopin.backup.last_backup import last_backup_at, record
from loopin.config.environment import Environment
from tests.each import each

pytestmark = pytest.mark.django_db(transaction=True)


def described(folder):
    return json.loads((folder / "manifest.json").read_text())


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_holds_the_database_the_pictures_and_what_they_are(back_up, portrait, capsys):
    before = timezone.now()
    folder = back_up()
    assert names(folder) == ["database.dump", "manifest.json", "pictures.tar"]
    said = described(folder)
    assert said["rows"]["accounts_user"] == 1
    assert said["rows"]["leads_webhookendpoint"] == 0
    assert (said["pictures"], said["missing_pictures"]) == (2, 0)
    assert "accounts.0001_initial" in said["migrations"]
    assert before <= last_backup_at() <= timezone.now()
    printed = capsys.readouterr().out
    assert str(folder) in printed
    assert "2 files of pictures" in printed


def test_it_names_what_it_does_not_hold_and_no_value(back_up, settings):
    settings.SECRET_KEY = "a-secret-that-nobody-should-find-in-a-backup"
    folder = back_up()
    assert "SECRET_KEY" in described(folder)["kept_elsewhere"]
    assert settings.SECRET_KEY not in (folder / "manifest.json").read_text()
    assert set(manifest.KEPT_ELSEWHERE) <= Environment.model_fields.keys()


def test_only_its_owner_may_read_it(back_up, portrait, tmp_path):
    folder = back_up()
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "backups").stat().st_mode) == 0o700


def test_files_that_no_row_names_stay_away_and_missing_ones_are_counted(back_up, portrait, media):
    (media / f"{portrait.name}-small.webp").unlink()
    (media / f"{'0' * 32}.webp").write_bytes(b"of nobody")
    folder = back_up()
    with tarfile.open(folder / "pictures.tar") as archive:
        assert archive.getnames() == [f"{portrait.name}.webp"]
    assert (described(folder)["pictures"], described(folder)["missing_pictures"]) == (1, 1)


def test_pictures_in_a_bucket_are_left_to_the_bucket(back_up, settings, capsys):
    settings.S3_BUCKET = "loopin-pictures"
    folder = back_up()
    assert names(folder) == ["database.dump", "manifest.json"]
    assert "bucket loopin-pictures, which is not copied" in capsys.readouterr().out


def test_it_keeps_as_many_as_it_is_told(back_up):
    first = back_up()
    second = back_up("--keep", "2")
    third = back_up("--keep", "2")
    assert folders.whole(first.parent) == [second, third]
    assert not first.exists()


@each("words", [[], ["backups", "--keep", "0"]])
def test_it_says_what_it_needs(words):
    with pytest.raises(CommandError):
        call_command("backup", *words)


def test_a_pooler_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    with pytest.raises(CommandError, match="DB_POOLED=false DATABASE_URL="):
        call_command("backup", str(tmp_path / "backups"))


@pytest.fixture
def weak_role():
    """From here on, whoever connects to the database may read nothing."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE weak_{name}")
        cursor.execute(f"ALTER DATABASE {name} SET role = weak_{name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} RESET role")
        cursor.execute(f"DROP ROLE weak_{name}")


def test_a_failed_dump_leaves_nothing_and_counts_as_no_backup(back_up, weak_role, tmp_path):
    with pytest.raises(CommandError, match=r"pg_dump: error: .* permission denied"):
        back_up()
    assert names(tmp_path / "backups") == [".lock"]
    assert last_backup_at() is None


@pytest.fixture
def limit_files():
    """`limit_files(10_000)`: what is written beyond so many bytes fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    ("size", "reason"),
    [
        (10_000, "pg_dump was ended by signal"),
        (4_000_000, "Nothing of this backup stays"),
    ],
)
def test_a_full_disk_leaves_nothing(back_up, portrait, tmp_path, media, limit_files, size, reason):
    """The first does not hold the dump, the second not the pictures."""
    (media / f"{portrait.name}.webp").write_bytes(bytes(5_000_000))
    limit_files(size)
    with pytest.raises(CommandError, match=reason):
        back_up()
    assert names(tmp_path / "backups") == [".lock"]


def test_what_a_killed_backup_left_looks_like_none_and_goes(back_up, tmp_path):
    left = tmp_path / "backups" / ".unfinished-1"
    left.mkdir(parents=True)
    (left / "manifest.json").write_text("{}")
    assert folders.whole(tmp_path / "backups") == []
    back_up()
    assert not left.exists()


def test_two_at_once_do_not_mix(back_up, tmp_path):
    with folders.locked(tmp_path / "backups"), pytest.raises(CommandError, match="Another backup"):
        back_up()


def test_other_tools_tell_of_their_backups():
    assert last_backup_at() is None
    call_command("backup", "--record-only")
    noted = last_backup_at()
    assert timezone.now() - noted < timedelta(minutes=5)
    record(noted - timedelta(days=1))
    assert last_backup_at() == noted
    record(noted + timedelta(days=1))
    assert last_backup_at() == noted + timedelta(days=1)


def test_a_standby_can_be_copied_and_takes_no_note(back_up, capsys):
    """A session that only reads stands for it."""
    name = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        folder = back_up()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        connection.close()
    assert described(folder)["rows"]["accounts_user"] == 0
    assert "--record-only" in capsys.readouterr().out
    assert last_backup_at() is None


def test_the_programs_have_to_be_new_enough():
    with pytest.raises(programs.ProgramMissing, match="Install postgresql-client-99"):
        programs.find("pg_dump", at_least=99)
    with pytest.raises(programs.ProgramMissing, match="pg_dumb is missing"):
        programs.find("pg_dumb", at_least=14)


def test_the_password_is_not_in_the_list_of_processes(tmp_path, monkeypatch):
    """A program that shows what it was told, in the place of pg_dump."""
    shown = tmp_path / "shown"
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$@" > {shown}\necho "$PGPASSWORD" >> {shown}\n')
    program.chmod(0o700)
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "correct horse")
    options = {**connection.settings_dict["OPTIONS"], "sslmode": "prefer"}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    programs.run(programs.Program(program, 18), ["--format=custom"])
    arguments, password = shown.read_text().splitlines()
    assert "correct horse" not in arguments
    assert "sslmode=prefer" in arguments
    assert f"dbname={connection.settings_dict['NAME']}" in arguments
    assert password == "correct horse"
