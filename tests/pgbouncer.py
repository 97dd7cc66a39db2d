"""A PgBouncer in transaction mode before a PostgreSQL, where Debian's package is installed."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests import processes
from tests.live import free_port
from tests.system import find_server
from tests.waiting import eventually

needs_pgbouncer = pytest.mark.skipif(
    find_server("pgbouncer") is None, reason="pgbouncer, a package of Debian, is not installed"
)

CONFIGURATION = """
[databases]
* = {server}
[pgbouncer]
pool_mode = transaction
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
default_pool_size = {pool_size}
logfile = {folder}/pgbouncer.log
"""


@contextmanager
def pool(address: str, *, pool_size: int = 10) -> Iterator[str]:
    """Stand before the server that libpq's `address` names; the address of the same database in
    the pool. Everybody is let in, as the user of the address."""
    server = conninfo_to_dict(address)
    database = str(server.pop("dbname"))
    port = free_port()
    settings = {"server": make_conninfo("", **server), "port": port, "pool_size": pool_size}
    with TemporaryDirectory(prefix="loopin-pool-") as folder:
        file = Path(folder) / "pgbouncer.ini"
        file.write_text(CONFIGURATION.format(**settings, folder=folder))
        command = [find_server("pgbouncer") or "", *_as_who_reaches(server, folder), str(file)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            eventually(lambda: _answers(process, port), failure="pgbouncer did not start")
            yield f"postgresql://{server['user']}@127.0.0.1:{port}/{database}"
        finally:
            processes.end(process)


def _as_who_reaches(server: dict[str, object], folder: str) -> list[str]:
    """It does not run as root, and the folder of a socket may be closed to others."""
    if os.geteuid() != 0:
        return []
    host = Path(str(server["host"]))
    user = host.owner() if host.is_dir() else "nobody"
    shutil.chown(folder, user)
    return ["-u", user]


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    assert process.poll() is None, "pgbouncer ended"
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
