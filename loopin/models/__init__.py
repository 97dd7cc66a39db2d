"""Rows of the project itself, which belong to no app: when the worker was last at work."""

from loopin.models.worker_heartbeat import WorkerHeartbeat

__all__ = ["WorkerHeartbeat"]
