"""Copies of the test's process, for tests that kill one."""

import os
import traceback
import warnings
from collections.abc import Callable


def start_child(work: Callable[[], object]) -> int:
    """Do `work` in a copy of this process, which never returns into the tests; its process id."""
    with warnings.catch_warnings():
        # Python 3.12 warns of locks that other threads hold; a child that waits for one is killed.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child:
        return child
    try:
        work()
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)
