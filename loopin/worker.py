"""The background worker: every chore at its pace, each in a thread of its own."""

import logging
import random
import signal
import threading

from django.db import InterfaceError, OperationalError, close_old_connections, connections

from loopin import work
from loopin.work import Chore

logger = logging.getLogger(__name__)

GRACE_SECONDS = 5
"""How long a stopping worker waits for what it is at; what is left undone, the next one does."""

AFTER_TROUBLE_SECONDS = 5
FIRST_SECONDS = 2
"""The first round comes within these, so that a restart does not put off what is rare."""

JITTER = 0.1
STOP = {signal.SIGTERM, signal.SIGINT}


def run() -> None:
    """Do the registered chores until the process is told to stop, then end within seconds."""
    # Blocked and waited for, instead of handled: a handler could interrupt code that holds a lock.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    threads = [
        threading.Thread(target=_repeat, args=[chore], name=chore.name, daemon=True)
        for chore in work.registered
    ]
    for thread in threads:
        thread.start()
    logger.info("Working: %s", ", ".join(chore.name for chore in work.registered))
    signal.sigwait(STOP)
    work.stopping.set()
    for thread in threads:
        thread.join(GRACE_SECONDS / len(threads))
    work.wait_for_background(GRACE_SECONDS)


def _repeat(chore: Chore) -> None:
    wait = random.uniform(0, min(chore.every_seconds, FIRST_SECONDS))  # noqa: S311  no secret
    while not work.stopping.wait(wait):
        wait = _once(chore)
    connections.close_all()


def _once(chore: Chore) -> float:
    """Seconds until the next time. What goes wrong in one chore is the others' no concern."""
    close_old_connections()
    pause = 0.0
    try:
        chore.run()
    except (OperationalError, InterfaceError) as error:
        logger.error("%s: no database: %s", chore.name, str(error).partition("\n")[0])  # noqa: TRY400
        pause = AFTER_TROUBLE_SECONDS
    except Exception:
        logger.exception("%s failed", chore.name)
        pause = AFTER_TROUBLE_SECONDS
    close_old_connections()
    return max(pause, chore.every_seconds * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311
