"""The one process type: granian over WSGI, with threads sized for waits on the SMS provider."""

from django.conf import settings
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

GRACE_SECONDS = 15
"""Longer than the slowest answer: 2 s to connect to the provider, 5 s to read, and statements."""


def serve(host: str, port: int, *, reload: bool = False) -> None:
    """Serve until interrupted; what is in flight is answered before the workers end."""
    connections.close_all()  # the workers open their own
    Granian(
        "loopin.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=settings.WORKER_THREADS,
        backpressure=settings.WORKER_THREADS * 16,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
        log_level=LogLevels.warning,
        reload=reload,
        process_name=None,
    ).serve()
