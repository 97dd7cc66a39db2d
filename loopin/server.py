"""The one process type: granian over WSGI, with threads sized for waits on the SMS provider."""

import os
import signal
import threading
import time

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

GRACE_SECONDS = 15
"""Longer than the slowest answer: 2 s to connect to the provider, 5 s to read, and statements."""


def serve(host: str, port: int) -> None:
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
        log_level=LogLevels.error,  # its warning about more threads than cores is our intention,
    ).serve(target_loader=_load_in_worker, wrap_loader=False)


def _load_in_worker() -> WSGIHandler:
    """Runs in each worker.

    Ctrl-C reaches a terminal's whole process group. Workers leave it, so that only the parent
    hears it and stops them in order: a worker that is told twice may hang.
    """
    os.setpgid(0, 0)
    threading.Thread(target=_end_with, args=[os.getppid()], name="parent", daemon=True).start()
    from loopin.wsgi import application  # noqa: PLC0415  loads the site, once per worker

    return application


def _end_with(parent: int) -> None:
    """Stop this worker when its parent is gone: killed, it could tell nobody."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
