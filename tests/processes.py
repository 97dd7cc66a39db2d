"""The product's commands as processes of their own."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
INHERITED = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}


def own_environment(**variables: str) -> dict[str, str]:
    """The environment of a product that knows nothing of the settings of the tests."""
    inherited = {name: value for name, value in os.environ.items() if name in INHERITED}
    return inherited | {"ENV_FILE": "", "PYTHONUNBUFFERED": "1"} | variables


def start(
    *words: str, environment: dict[str, str], log: Path, folder: Path = ROOT
) -> subprocess.Popen:
    """Start a command of `manage.py` in a group of its own; what it writes is added to the log."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@contextmanager
def running(*words: str, environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen]:
    """A command of `manage.py` that has ended afterwards, whatever a test finds."""
    process = start(*words, environment=environment, log=log)
    try:
        yield process
    finally:
        end(process)


def end(*processes: subprocess.Popen, seconds: float = 90) -> None:
    """Tell processes to end, unless they have, and wait until they do.

    Those that are still there after so many seconds are killed with all that they started, and
    fail the test: none is left behind because another one hangs.
    """
    for process in processes:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + seconds
    late = [process for process in processes if not _has_ended(process, until)]
    kill(late)
    assert not late, f"{[process.args for process in late]} did not end in {seconds} seconds"


def _has_ended(process: subprocess.Popen, until: float) -> bool:
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=max(0, until - time.monotonic()))
    return process.returncode is not None


def kill(processes: Iterable[subprocess.Popen]) -> None:
    """Kill processes with all that they started, also those that hang or that a test stopped."""
    for process in processes:
        for one in family(process):
            with suppress(psutil.Error):
                one.kill()
        process.wait(timeout=30)


def family(process: subprocess.Popen) -> list[psutil.Process]:
    """A process and those that it started."""
    with suppress(psutil.Error):
        parent = psutil.Process(process.pid)
        return [parent, *parent.children(recursive=True)]
    return []
