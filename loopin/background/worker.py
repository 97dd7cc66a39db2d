"""The worker process: it runs every periodic task at its interval, each in its own thread."""

import logging
import random
import signal
import threading

from django.db import close_old_connections, connections

from loopin.background import measures, periodic
from loopin.background.periodic import PeriodicTask
from loopin.logs.process_log import log_start, log_stop
from loopin.sql import is_read_only, is_unavailable
from loopin.telemetry import processes

logger = logging.getLogger(__name__)

GRACE_SECONDS = 5
"""How long a worker that is told to stop waits for running tasks. The next worker does the rest."""

PAUSE_AFTER_ERROR_SECONDS = 5
FIRST_RUN_SECONDS = 2
"""Every task first runs within these, so that a restart does not put off what runs rarely."""

JITTER = 0.1
STOP_SIGNALS = {signal.SIGTERM, signal.SIGINT}


def run() -> None:
    """Run the registered tasks until the process is told to stop, then end within seconds."""
    # The signals are blocked and waited for, because a handler could interrupt code that holds a
    # lock.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
    threads = [
        threading.Thread(target=_repeat, args=[task], name=task.name, daemon=True)
        for task in periodic.registered
    ]
    measures.announce(periodic.registered)
    for thread in threads:
        thread.start()
    processes.start()
    log_start("Worker", tasks=", ".join(task.name for task in periodic.registered))
    signal.sigwait(STOP_SIGNALS)
    periodic.stopping.set()
    for thread in threads:
        thread.join(GRACE_SECONDS / len(threads))
    periodic.wait_for_threads(GRACE_SECONDS)
    log_stop("Worker")
    processes.stop()


def _repeat(task: PeriodicTask) -> None:
    wait = random.uniform(0, min(task.every_seconds, FIRST_RUN_SECONDS))  # noqa: S311  no secret
    while not periodic.stopping.wait(wait):
        wait = _run_once(task)
    connections.close_all()


def _run_once(task: PeriodicTask) -> float:
    """Seconds until the next run. An error in one task does not stop the others."""
    close_old_connections()
    pause = 0.0
    try:
        with measures.of_task(task.name), processes.job(task.name):
            task.run()
    except Exception as error:
        if is_unavailable(error):
            logger.error("%s: no database: %s", task.name, str(error).partition("\n")[0])  # noqa: TRY400
            if is_read_only(error):
                connections.close_all()
        else:
            logger.exception("%s failed", task.name)
        pause = PAUSE_AFTER_ERROR_SECONDS
    close_old_connections()
    return max(pause, task.every_seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311
