"""What the project itself has read when Prometheus asks."""

import math
from collections.abc import Iterator

from loopin.background import heartbeat
from loopin.backup.last_backup import last_backup_at
from loopin.metrics import database, machine, readings
from loopin.metrics.declarations import ReadGauge, Sample

HEARTBEAT_AGE = ReadGauge(
    "loopin_worker_heartbeat_age_seconds",
    "How long ago a worker, on whatever machine, was last at work; infinite for never.",
)
LAST_BACKUP = ReadGauge(
    "loopin_last_backup_timestamp_seconds",
    "The moment that the last backup holds, as far as the site was told; absent for none.",
)


def _read_heartbeat() -> Iterator[Sample]:
    age = heartbeat.worker_age()
    yield HEARTBEAT_AGE.sample(math.inf if age is None else age)


def _read_backup() -> Iterator[Sample]:
    made_at = last_backup_at()
    if made_at is not None:
        yield LAST_BACKUP.sample(made_at.timestamp())


readings.register("backup", _read_backup)
readings.register("heartbeat", _read_heartbeat)
readings.register("server", database.read_server)
readings.register("tables", database.read_tables)
readings.register("disks", machine.read_disks, needs_database=False)
