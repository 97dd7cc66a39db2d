"""Lets a process end when the one that started it has ended."""

import os
import signal
import threading
import time

GRACE_SECONDS = 20
"""For what is in flight, after which the process is ended whatever it does: nobody else would, and
a server would stay at its port. The server itself gives its processes less."""


def exit_with_parent(parent_id: int) -> None:
    """Stop this process when its parent is gone, since a killed parent cannot tell it to stop."""
    threading.Thread(target=_watch, args=[parent_id], name="parent", daemon=True).start()


def _watch(parent_id: int) -> None:
    while os.getppid() == parent_id:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
