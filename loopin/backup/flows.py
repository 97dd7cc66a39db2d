"""Makes a backup while the site runs: the database first, then the pictures that it names."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

import loopin
from loopin.backup import database, folders, last_backup, manifest, media, programs
from loopin.backup.database import Snapshot
from loopin.backup.errors import BackupFailed
from loopin.backup.manifest import BackupFile, Manifest
from loopin.backup.media import Archived

logger = logging.getLogger(__name__)

NAMES = "names"
"""The file of the names of pictures; it is gone before the backup is whole."""

NOT_POOLED = (
    "DB_POOLED is set: DATABASE_URL is the address of PgBouncer, through which pg_dump cannot work."
    " Give this command the server's own: DB_POOLED=false DATABASE_URL=postgresql://…"
    " python manage.py {command}"
)


@dataclass(frozen=True)
class Made:
    """A backup that is whole, and those that were removed for it. `is_noted`: whether the database
    took the note of it, which a standby does not."""

    folder: Path
    manifest: Manifest
    removed: list[Path]
    is_noted: bool


def make(target: Path, *, keep: int | None = None) -> Made:
    """Make a backup in a folder of its own below `target`, and note when.

    `keep`: how many backups stay there, this one included; None: all. Raises BackupFailed.
    """
    if programs.is_pooled():
        raise BackupFailed(NOT_POOLED.format(command="backup"))
    with _reasons(target), folders.locked(target) as lock:
        with folders.unfinished(target) as folder:
            made = _write(folder, lock)
            finished = folders.finish(folder, folders.name_of(made.made_at))
        removed = folders.prune(target, keep) if keep else []
    return Made(finished, made, removed, is_noted=_note(made))


def _note(made: Manifest) -> bool:
    connection.close()  # copying the pictures may have taken longer than an idle one lives
    try:
        last_backup.record(made.made_at)
    except DatabaseError as error:
        reason = str(error).partition("\n")[0]
        logger.warning("The backup is whole, and could not be noted: %s", reason)
        return False
    return True


def _write(folder: Path, lock: int) -> Manifest:
    with database.snapshot() as moment:
        if not media.is_in_bucket():
            media.write_names(folder / NAMES)
        migrations = manifest.applied_migrations()
        client_major = database.dump(folder / manifest.DATABASE, moment, lock=lock)
    # Deleting a picture deletes its row first, so a file that is gone has no row any more.
    archived = _pack(folder)
    made = _describe(folder, moment, archived, migrations=migrations, client_major=client_major)
    (folder / manifest.FILE_NAME).write_text(made.model_dump_json(indent=2) + "\n")
    return made


def _pack(folder: Path) -> Archived | None:
    """None if the pictures are in a bucket."""
    if media.is_in_bucket():
        return None
    archived = media.pack(folder / manifest.PICTURES, folder / NAMES)
    (folder / NAMES).unlink()
    return archived


def _describe(
    folder: Path,
    moment: Snapshot,
    archived: Archived | None,
    *,
    migrations: list[str],
    client_major: int,
) -> Manifest:
    return Manifest(
        made_at=moment.taken_at,
        release=loopin.__version__,
        server_major=moment.server_major,
        client_major=client_major,
        database_schema=moment.schema,
        migrations=migrations,
        rows=moment.rows,
        pictures=archived.files if archived else None,
        missing_pictures=archived.missing if archived else 0,
        bucket=settings.S3_BUCKET,
        files={path.name: BackupFile.of(path) for path in sorted(folder.iterdir())},
        kept_elsewhere=list(manifest.KEPT_ELSEWHERE),
        key_marks=manifest.key_marks(),
    )


@contextmanager
def _reasons(target: Path) -> Iterator[None]:
    """Raise BackupFailed for whatever a disk, a server or a program says."""
    try:
        yield
    except (programs.ProgramMissing, programs.ProgramFailed) as error:
        raise BackupFailed(str(error)) from error
    except OSError as error:
        where = error.filename or target
        raise BackupFailed(f"{where}: {error.strerror}. Nothing of this backup stays.") from error
    except DatabaseError as error:
        reason = str(error).partition("\n")[0]
        raise BackupFailed(f"The database says: {reason}") from error
