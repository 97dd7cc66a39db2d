"""Runs granian over WSGI, with enough threads to wait for the SMS provider."""

import ctypes
import gc
import os
from contextlib import suppress
from functools import partial

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.urls import get_resolver
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from loopin.background.parent_process import exit_with_parent
from loopin.background.server_companion import metrics_process, worker_process
from loopin.metrics.recording import recording
from loopin.serving.start_log import log_checks

GRACE_SECONDS = 15
"""Longer than the slowest answer takes: 2 s to connect to the provider, 5 s to read, and
statements."""

LARGE_BYTES = 1024 * 1024
"""From this size on, memory goes back to the system as soon as it is free. Otherwise glibc would
keep for each thread the 19 MiB in which it hashed a password, and the pixels of a picture."""

M_MMAP_THRESHOLD = -3
"""mallopt(3)"""


def serve(host: str, port: int, *, has_worker: bool) -> None:
    """Serve until interrupted; what is in flight is answered before the workers end.

    `has_worker`: whether a worker runs the periodic tasks beside it (loopin/background).
    """
    log_checks()
    connections.close_all()  # the workers open their own connections
    server = Granian(
        "loopin.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.WORKERS,
        blocking_threads=settings.WORKER_THREADS,
        backpressure=settings.WORKER_THREADS * 16,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
        log_level=LogLevels.error,  # so that it does not warn of more threads than cores
    )
    with (
        recording(),
        worker_process(is_wanted=has_worker),
        metrics_process(settings.METRICS_PORT),
    ):
        # A worker cannot ask who its parent is: it may have lost it already.
        server.serve(target_loader=partial(_load_in_worker, os.getpid()), wrap_loader=False)


def _load_in_worker(parent_id: int) -> WSGIHandler:
    """Runs in each worker.

    Ctrl-C reaches a terminal's whole process group. Workers leave the group, so that only the
    parent gets the signal and stops them: a worker that is stopped twice may hang.
    """
    os.setpgid(0, 0)
    exit_with_parent(parent_id)
    with suppress(AttributeError, OSError):  # a C library without this knob
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)
    from loopin.wsgi import application  # noqa: PLC0415  loads the site, once per worker

    _ = get_resolver().url_patterns  # all views, and what they import
    # Objects that live as long as the worker are excluded from garbage collection, which delayed
    # one request in a hundred by 90 ms.
    gc.collect()
    gc.freeze()
    return application
