"""Examines the read replica, if there is one: the site goes on without it, and the log says so."""

import time
from collections.abc import Iterator

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError, connections

from loopin.config.database import REPLICA
from loopin.doctor.registry import examination
from loopin.replica.reads import HAS_REPLAYED, WHOSE, WRITTEN
from loopin.replica.router import reading_from
from loopin.sql import fetch_row

PATIENCE_SECONDS = 5.0
"""Streaming takes milliseconds; a replica that is so late is not read from."""


@examination("replica")
def replica_is_read_from() -> Iterator[CheckMessage]:
    if REPLICA not in settings.DATABASES:
        return
    try:
        if not _is_copy():
            yield _not_read("it is no copy of this database")
        elif not _catches_up():
            yield _not_read("it is behind")
    except DatabaseError as error:
        connections[REPLICA].close()
        yield _not_read(f"it does not answer ({type(error.__cause__ or error).__name__})")


def _is_copy() -> bool:
    primary = fetch_row(WHOSE, [])
    with reading_from(REPLICA):
        return primary == fetch_row(WHOSE, [])


def _catches_up() -> bool:
    position = fetch_row(WRITTEN, []) or ()
    end = time.monotonic() + PATIENCE_SECONDS
    with reading_from(REPLICA):
        while (fetch_row(HAS_REPLAYED, position) or (False,))[0] is not True:
            if time.monotonic() > end:
                return False
            time.sleep(0.1)
    return True


def _not_read(reason: str) -> Warning:
    return Warning(
        f"The replica is not read from: {reason}. The primary answers.",
        hint="Start it, or name the one that follows the primary in DATABASE_REPLICA_URL:"
        " docs/deployment.md. Without the setting nothing is missing.",
        id="loopin.W121",
    )
