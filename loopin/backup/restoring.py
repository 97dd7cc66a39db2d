"""Brings a backup back: first everything is checked, then the pictures come, and the database last,
in one transaction. So a site that has tables has all of it, and what stopped half way can be begun
again.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from pydantic import ValidationError

import loopin
from loopin.backup import database, folders, manifest, media, programs
from loopin.backup.errors import RestoreFailed, RestoreRefused
from loopin.backup.flows import NOT_POOLED
from loopin.backup.manifest import Manifest
from loopin.backup.programs import Program
from loopin.database_roles.owner import connected_as_owner

TALKATIVE_SINCE = 17
"""From this version on, pg_dump and pg_restore set `transaction_timeout`, which earlier servers
refuse."""


@dataclass(frozen=True)
class Restored:
    """`differences`: tables whose rows are not as many as the backup says. `unknown_keys`: settings
    without the key that the data depends on."""

    manifest: Manifest
    differences: list[str]
    unknown_keys: list[str]


def restore(source: Path, *, overwrite: bool) -> Restored:
    """Bring back the backup in a folder, if there is nothing yet or `overwrite` allows it.

    Raises RestoreRefused before anything was changed, and RestoreFailed afterwards. The tables
    belong to the role that migrates.
    """
    with connected_as_owner(DEFAULT_DB_ALIAS):
        return _restore(source, overwrite=overwrite)


def _restore(source: Path, *, overwrite: bool) -> Restored:
    with _reasons(RestoreRefused):
        made = _read(source)
        program = _refuse_unfit(source, made)
        strangers = _refuse_data(source, made, overwrite=overwrite)
    with _reasons(RestoreFailed):
        if made.pictures is not None and not media.is_in_bucket():
            media.unpack(source / manifest.PICTURES)
        database.empty()
        database.load(source / manifest.DATABASE, program)
        media.remove(strangers)
        differences = _differences(made.rows, database.count_rows())
    return Restored(made, differences, list(manifest.unknown_keys(made.key_marks)))


def _read(source: Path) -> Manifest:
    """What the backup says of itself, if all its files are as they were written."""
    path = source / manifest.FILE_NAME
    if not path.is_file():
        newest = "".join(f" The newest one in it is {one}." for one in folders.whole(source)[-1:])
        raise RestoreRefused(f"{source} has no {manifest.FILE_NAME}: it is no backup.{newest}")
    try:
        made = Manifest.model_validate_json(path.read_text())
    except ValidationError:
        raise RestoreRefused(f"{path} cannot be read. Take another backup.") from None
    if problems := made.problems_of(source):
        raise RestoreRefused(f"{'; '.join(problems)}. Take another backup, or another copy of it.")
    return made


def _refuse_unfit(source: Path, made: Manifest) -> Program:
    """The program that reads the dump. RestoreRefused if this release or server cannot."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(connection).disk_migrations}
    if set(made.migrations) - known or _numbers(made.release) > _numbers(loopin.__version__):
        raise RestoreRefused(
            f"The backup was made by Loopin {made.release}, and this is {loopin.__version__}, which"
            f" may not understand its data. Install {made.release} or a later release."
        )
    if programs.is_pooled():
        raise RestoreRefused(NOT_POOLED.format(command=f"restore {source}"))
    needed = max(made.server_major, TALKATIVE_SINCE if made.client_major >= TALKATIVE_SINCE else 0)
    if database.server_major() < needed:
        raise RestoreRefused(
            f"The backup was made of PostgreSQL {made.server_major} by pg_dump"
            f" {made.client_major}, and needs a server of version {needed} or later; this one is"
            f" {database.server_major()}."
        )
    return programs.find("pg_restore", at_least=made.client_major)


def _numbers(release: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", release)]


def _refuse_data(source: Path, made: Manifest, *, overwrite: bool) -> list[str]:
    """The names of the files that will go. RestoreRefused if there is anything and it may not."""
    if database.is_used_by_others():
        raise RestoreRefused(
            "Somebody is connected to this database. Stop `serve`, `work` and whatever else uses"
            " it, and begin again."
        )
    filled = [table for table, rows in database.count_rows().items() if rows]
    strangers = _strangers(source, made)
    if overwrite:
        return strangers
    if filled:
        raise RestoreRefused(
            f"The database is not empty ({filled[0]} and {len(filled) - 1} more tables have rows)."
            " Restore into an empty one, or say --overwrite: all that is there will go."
        )
    if strangers:
        raise RestoreRefused(
            f"{media.folder()} holds {len(strangers)} files that are not in the backup. Name an"
            " empty folder in MEDIA_ROOT, or say --overwrite: they will go."
        )
    return []


def _strangers(source: Path, made: Manifest) -> list[str]:
    if media.is_in_bucket() or made.pictures is None:
        return []
    return media.strangers(media.names_in(source / manifest.PICTURES))


def _differences(expected: dict[str, int], found: dict[str, int]) -> list[str]:
    return [
        f"{table} has {found.get(table, 0)} rows instead of {rows}"
        for table, rows in expected.items()
        if found.get(table, 0) != rows
    ]


@contextmanager
def _reasons(refusal: type[RestoreRefused | RestoreFailed]) -> Iterator[None]:
    """Raise this for whatever a disk, a server or a program says, with how to go on."""
    again = ""
    if refusal is RestoreFailed:
        again = " The database is as it was or empty, never half of it: mend this, and begin again."
    try:
        yield
    except (programs.ProgramMissing, programs.ProgramFailed, ValueError) as error:
        raise refusal(f"{error}{again}") from error
    except OSError as error:
        raise refusal(f"{error.filename or media.folder()}: {error.strerror}.{again}") from error
    except DatabaseError as error:
        reason = str(error).partition("\n")[0]
        raise refusal(f"The database says: {reason}.{again}") from error
