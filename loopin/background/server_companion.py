"""Runs the worker as a process that starts and ends with the server."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

logger = logging.getLogger(__name__)

RESTART_AFTER_SECONDS = 1
STOP_SECONDS = 15
"""Longer than the worker takes to end by itself."""


class WorkerProcess:
    """Keeps one worker running until it is told to stop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        self._keeper = threading.Thread(target=self._keep, name="worker keeper", daemon=True)
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
            logger.warning("The worker ended and is started again")
            self._process = self._start()
            if self._stopping.is_set():  # it was told to stop while the process started
                self._process.terminate()
            self._process.wait()

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        # The worker has its own process group, because Ctrl-C must reach the server alone: the
        # server then stops the worker in order.
        command = [sys.executable, "manage.py", "work", "--parent", str(os.getpid())]
        return subprocess.Popen(command, cwd=settings.BASE_DIR, process_group=0)  # noqa: S603


@contextmanager
def worker_process(*, is_wanted: bool) -> Iterator[None]:
    """Keep a worker running while the block runs, if one is wanted."""
    process = WorkerProcess() if is_wanted else None
    try:
        yield
    finally:
        if process is not None:
            process.stop()
