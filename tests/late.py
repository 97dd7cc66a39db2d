"""A transaction that takes its ids first and commits last."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def late_commit(write: Callable[[], object]) -> Iterator[None]:
    """`write` has run on a connection of its own, which commits when the block ends."""
    written, released = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            write()
            written.set()
            released.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        assert written.wait(10)
        yield
    finally:
        released.set()
        thread.join()
