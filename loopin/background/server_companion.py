"""Runs commands, such as the worker, as processes that start and end with the server."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import loopin

logger = logging.getLogger(__name__)

PROJECT = Path(loopin.__file__).parents[1]

RESTART_AFTER_SECONDS = 1
STOP_SECONDS = 15
"""Longer than the worker takes to end by itself."""


class CompanionProcess:
    """Keeps one process of `manage.py` running until it is told to stop. `words`: the command."""

    def __init__(self, name: str, words: Sequence[str]) -> None:
        self._name, self._words = name, words
        self._stopping = threading.Event()
        self._process = self._start()
        self._keeper = threading.Thread(target=self._keep, name=f"{name} keeper", daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        self._stopping.set()
        self._process.terminate()
        self._keeper.join(STOP_SECONDS)
        self._process.kill()
        self._process.wait()

    def _keep(self) -> None:
        self._process.wait()
        while not self._stopping.wait(RESTART_AFTER_SECONDS):
            logger.warning("The %s ended and is started again", self._name)
            self._process = self._start()
            if self._stopping.is_set():  # it was told to stop while the process started
                self._process.terminate()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        # It has its own process group, because Ctrl-C must reach the server alone: the server then
        # stops it in order.
        command = [sys.executable, "manage.py", *self._words, "--parent", str(os.getpid())]
        return subprocess.Popen(command, cwd=PROJECT, process_group=0)  # noqa: S603


@contextmanager
def companion(name: str, *words: str, is_wanted: bool = True) -> Iterator[None]:
    """Keep `manage.py` with these words running while the block runs, if it is wanted."""
    process = CompanionProcess(name, words) if is_wanted else None
    try:
        yield
    finally:
        if process is not None:
            process.stop()


def worker_process(*, is_wanted: bool) -> AbstractContextManager[None]:
    return companion("worker", "work", is_wanted=is_wanted)


def metrics_process(port: int) -> AbstractContextManager[None]:
    """`port`: of the metrics, 0 for none."""
    return companion("exporter of metrics", "metrics", "--port", str(port), is_wanted=port > 0)
