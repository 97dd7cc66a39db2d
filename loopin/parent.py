"""Processes that end with the one that started them."""

import os
import signal
import threading
import time


def end_with(parent: int) -> None:
    """Stop this process when its parent, by process id, is gone: killed, it could tell nobody."""
    threading.Thread(target=_watch, args=[parent], name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
