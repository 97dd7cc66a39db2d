"""A restore brings everything back, or changes nothing and says why."""

import json
import shutil
import tarfile

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Picture, User
from loopin.backup.manifest import BackupFile
from tests.cast import ALICE
from tests.loopin.backup.conftest import use_media

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(back_up, portrait, tmp_path, settings, use_empty_database):
    """A backup of Alice and her picture; then another machine, where there is nothing."""
    folder = back_up()
    use_empty_database()
    use_media(settings, tmp_path / "other-media")
    return folder


def restore(backup, *words):
    call_command("restore", str(backup), *words)


def tables():
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor)


def rewrite(backup, **changes):
    path = backup / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def refused(backup, match, *words):
    with pytest.raises(CommandError, match=match):
        restore(backup, *words)
    assert tables() == []


def test_everything_comes_back(backup, portrait, media, tmp_path, capsys):
    restore(backup)
    assert User.objects.get().phone_number == ALICE
    [picture] = Picture.objects.exclude(name="")
    for ending in (".webp", "-small.webp"):
        there = tmp_path / "other-media" / f"{picture.name}{ending}"
        assert there.read_bytes() == (media / f"{picture.name}{ending}").read_bytes()
    printed = capsys.readouterr().out
    assert "2 files of pictures" in printed
    assert "python manage.py migrate" in printed
    assert "is not that of the backup" not in printed
    call_command("migrate", verbosity=0)
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_other_keys_are_told(backup, settings, capsys):
    settings.SECRET_KEY, settings.ENCRYPTION_KEYS = "another one", ["another one"]
    restore(backup)
    printed = capsys.readouterr().out
    assert "SECRET_KEY is not that of the backup" in printed
    assert "ENCRYPTION_KEYS is not that of the backup" in printed


def test_rows_are_not_overwritten_unless_told_so(backup, tmp_path):
    restore(backup)
    User.objects.update(first_name="Somebody else")
    stranger = tmp_path / "other-media" / f"{'0' * 32}.webp"
    stranger.write_bytes(b"of somebody else")
    with pytest.raises(CommandError, match=r"not empty .* say --overwrite"):
        restore(backup)
    assert User.objects.get().first_name == "Somebody else"
    restore(backup, "--overwrite")
    assert User.objects.get().first_name == ""
    assert not stranger.exists()


def test_pictures_are_not_overwritten_unless_told_so(backup, tmp_path):
    (tmp_path / "other-media" / f"{'0' * 32}.webp").write_bytes(b"of somebody else")
    refused(backup, "holds 1 files that are not in the backup")


def test_a_database_that_is_in_use_is_refused(backup):
    another = connection.copy()
    another.connect()
    try:
        refused(backup, "Somebody is connected", "--overwrite")
    finally:
        another.close()


def test_tables_without_rows_make_room(backup):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE accounts_user (id int)")
        cursor.execute("CREATE FUNCTION leads_fold(text) RETURNS text LANGUAGE sql AS 'SELECT $1'")
    restore(backup)
    assert User.objects.get().phone_number == ALICE


@pytest.mark.parametrize("damage", ["shorter", "other", "missing"])
def test_a_damaged_backup_is_refused(backup, damage):
    dump = backup / "database.dump"
    content = dump.read_bytes()
    if damage == "missing":
        dump.unlink()
    else:
        dump.write_bytes(content[:-1] if damage == "shorter" else content[:-1] + b"?")
    refused(backup, "database.dump (has|is missing)")


def test_what_is_no_backup_is_refused(backup):
    refused(backup.parent, f"The newest one in it is {backup}")
    (backup / "manifest.json").write_text('{"format": 1')
    refused(backup, "cannot be read")


def test_a_backup_of_a_later_release_is_refused(backup):
    applied = json.loads((backup / "manifest.json").read_text())["migrations"]
    rewrite(backup, migrations=[*applied, "leads.9000_later"])
    refused(backup, "may not understand its data")
    rewrite(backup, migrations=applied, release="9.0.0")
    refused(backup, r"made by Loopin 9\.0\.0")


def test_a_backup_of_a_later_server_is_refused(backup):
    rewrite(backup, server_major=99)
    refused(backup, "needs a server of version 99")


def test_a_restore_that_stops_half_way_leaves_no_table_and_can_be_repeated(backup, tmp_path):
    """The dump lacks its end, and the manifest was made to fit."""
    whole = tmp_path / "whole"
    shutil.copytree(backup, whole)
    dump = backup / "database.dump"
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
    said = json.loads((backup / "manifest.json").read_text())
    rewrite(backup, files=said["files"] | {"database.dump": BackupFile.of(dump).model_dump()})
    refused(backup, "never half of it: mend this, and begin again")
    restore(whole)
    assert User.objects.get().phone_number == ALICE


def test_rows_that_are_not_as_many_as_the_backup_says_are_told(backup):
    said = json.loads((backup / "manifest.json").read_text())
    rewrite(backup, rows=said["rows"] | {"accounts_user": 7})
    with pytest.raises(CommandError, match="accounts_user has 1 rows instead of 7"):
        restore(backup)


def plain(name, **changes):
    entry = tarfile.TarInfo(name)
    for attribute, value in changes.items():
        setattr(entry, attribute, value)
    return entry


SPARSE = {"GNU.sparse.map": "0,0", "GNU.sparse.size": str(10**15)}


@pytest.mark.parametrize(
    "entry",
    [
        plain("../manifest.json"),
        plain(".hidden"),
        plain("a.jpg", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        plain("a.jpg", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
        plain("a.jpg", type=tarfile.CHRTYPE),
        plain("a.jpg", type=tarfile.FIFOTYPE),
        plain("a.jpg", pax_headers=SPARSE),
    ],
    ids=["above", "hidden", "link", "hard link", "device", "pipe", "sparse"],
)
def test_an_archive_that_is_not_ours_is_refused(backup, entry):
    archive = backup / "pictures.tar"
    with tarfile.open(archive, "w", format=tarfile.PAX_FORMAT) as opened:
        opened.addfile(entry)
    said = json.loads((backup / "manifest.json").read_text())
    rewrite(backup, files=said["files"] | {"pictures.tar": BackupFile.of(archive).model_dump()})
    refused(backup, "no backup of Loopin has")


def test_a_backup_that_does_not_say_what_it_holds_is_refused(backup):
    """Before anything is removed for it."""
    rewrite(backup, files={})
    (backup / "database.dump").unlink()
    refused(backup, "does not say how database.dump was written")
