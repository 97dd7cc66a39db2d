"""Starts a candidate's server, and says what it uses."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import psutil

from benchmarks.message import HOST
from benchmarks.peers.candidates import PORT, Candidate
from benchmarks.peers.folders import SCRATCH
from benchmarks.site import Cpu, cpu_of

START_SECONDS = 60
SETTLE_SECONDS = 1.0
END_SECONDS = 20
ADDRESS = f"http://{HOST}:{PORT}/api/hello"
INHERITED = {"PATH", "HOME", "LANG"}


@dataclass(frozen=True)
class Memory:
    """MiB of all processes: the sum of what each held at its peak, shared pages again and again;
    and what they hold together, shared pages once."""

    peak: float
    shared_once: float


class Running:
    """The server of a candidate, and the database behind it."""

    def __init__(self, server: subprocess.Popen[bytes], database_pid: int) -> None:
        self._server = psutil.Process(server.pid)
        self._database = psutil.Process(database_pid)

    def cpu(self) -> Cpu:
        """Seconds that the server and PostgreSQL have used so far, by process."""
        return cpu_of(self._processes()), cpu_of(self._database.children())

    def memory(self) -> Memory:
        peak = shared_once = 0.0
        for process in self._processes():
            with suppress(psutil.Error, OSError):
                peak += _kibibytes(f"/proc/{process.pid}/status", "VmHWM")
                shared_once += process.memory_full_info().pss / 1024
        return Memory(round(peak / 1024, 1), round(shared_once / 1024, 1))

    def _processes(self) -> list[psutil.Process]:
        return [self._server, *self._server.children(recursive=True)]


def _kibibytes(path: str, name: str) -> int:
    with open(path, encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))


@contextmanager
def running(candidate: Candidate, socket_folder: str, database_pid: int) -> Iterator[Running]:
    """Raises RuntimeError, with the end of its log, if the server does not start."""
    if _is_taken():
        raise RuntimeError(f"Something else listens at port {PORT}.")
    log = SCRATCH / "server.log"
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    with log.open("wb") as output:
        server = subprocess.Popen(
            candidate.command,
            cwd=candidate.folder,
            env=inherited | candidate.settings(socket_folder),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        if not _is_up(server):
            raise RuntimeError(f"{candidate.name} did not start: {log.read_text()[-2000:]}")
        time.sleep(SETTLE_SECONDS)
        yield Running(server, database_pid)
    finally:
        _end(server)


def _is_up(server: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(ADDRESS, timeout=3):
            return True
        time.sleep(0.1)
    return False


def _end(server: subprocess.Popen[bytes]) -> None:
    """The server and all that it started, and what listens at its port."""
    family = [psutil.Process(server.pid), *psutil.Process(server.pid).children(recursive=True)]
    server.terminate()
    _, late = psutil.wait_procs(family, timeout=END_SECONDS)
    for process in late:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)
    server.wait()
    while _is_taken():
        time.sleep(0.1)


def _is_taken() -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, PORT)) == 0
