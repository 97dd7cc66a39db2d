"""Rows of the project itself, which belong to no app: when the worker was last at work, and when
the last backup was made; and the columns of kinds, which all apps have."""

from loopin.models.last_backup import LastBackup
from loopin.models.worker_heartbeat import WorkerHeartbeat

__all__ = ["LastBackup", "WorkerHeartbeat"]
