"""What a backup says of itself: when and by which release it was made, what is in it, and what is
not."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pydantic import BaseModel

FILE_NAME = "manifest.json"
DATABASE = "database.dump"
PICTURES = "pictures.tar"

KEPT_ELSEWHERE = (
    *("SECRET_KEY", "ENCRYPTION_KEYS", "JWT_SECRET_KEY", "JWT_SECRET_KEYS"),
    *("JWT_PRIVATE_KEYS", "JWT_PRIVATE_KEYS_FILE", "DATABASE_URL", "DB_PASSWORD"),
    *("TWILIO_AUTH_TOKEN", "EMAIL_HOST_PASSWORD", "S3_SECRET_ACCESS_KEY", "LEGAL_DIR"),
)
"""Settings that no backup has, and without which a restored site is another one. `SECRET_KEY` makes
the keys of codes, refresh tokens, recovery codes, webhooks and of numbers that were deleted."""


class BackupFile(BaseModel):
    """One file of a backup."""

    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> "BackupFile":
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return cls(bytes=path.stat().st_size, sha256=digest)


class Manifest(BaseModel):
    """A backup, described. `client_major`: the version of pg_dump. `missing_pictures`: files that
    rows name and that were not there, as a rule because somebody deleted them meanwhile.
    `key_marks`: a hash of each key, by which a restore knows that it has the same one."""

    format: int = 1
    made_at: datetime
    release: str
    server_major: int
    client_major: int
    database_schema: str
    migrations: list[str]
    rows: dict[str, int]
    pictures: int | None
    missing_pictures: int
    bucket: str
    files: dict[str, BackupFile]
    kept_elsewhere: list[str]
    key_marks: dict[str, str]

    @property
    def total_bytes(self) -> int:
        return sum(file.bytes for file in self.files.values())

    def problems_of(self, folder: Path) -> list[str]:
        """The files of the folder that are not as they were written, each with what is wrong."""
        needed = {DATABASE} if self.pictures is None else {DATABASE, PICTURES}
        names = sorted(needed | self.files.keys())
        return [problem for name in names if (problem := self._problem(folder, name))]

    def _problem(self, folder: Path, name: str) -> str:
        path, written = folder / name, self.files.get(name)
        if written is None:
            return f"{FILE_NAME} does not say how {name} was written"
        if not path.is_file():
            return f"{name} is missing"
        if path.stat().st_size != written.bytes:
            return f"{name} has {path.stat().st_size} bytes instead of {written.bytes}"
        return "" if BackupFile.of(path) == written else f"{name} has another checksum"


def applied_migrations() -> list[str]:
    """The migrations that the database has, as `app.name`."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def key_marks() -> dict[str, str]:
    """64 bits of a hash of each key that stored data depends on.

    They help nobody to a key: the database has hashes under the same keys.
    """
    first = {"SECRET_KEY": settings.SECRET_KEY, "ENCRYPTION_KEYS": settings.ENCRYPTION_KEYS[0]}
    return {name: mark(key) for name, key in first.items()}


def mark(key: str) -> str:
    return hmac.new(key.encode(), b"loopin.backup", hashlib.sha256).hexdigest()[:16]


def unknown_keys(marks: dict[str, str]) -> Iterable[str]:
    """The settings without the key that this backup depends on."""
    ours = {
        "SECRET_KEY": [settings.SECRET_KEY],
        "ENCRYPTION_KEYS": settings.ENCRYPTION_KEYS,
    }
    return [name for name, keys in ours.items() if marks.get(name, "") not in map(mark, keys)]
