"""Starts and ends reporting in a process, and names the jobs of the worker."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from multiprocessing import util

from django.conf import settings

FLUSH_SECONDS = 2
"""How long a process that ends waits for what it has still to report. A dead receiver costs a stop
no more than this."""

Job = Callable[[str], AbstractContextManager[object]]

_jobs: list[Job] = []
_endings: list[Callable[[], object]] = []


def start() -> None:
    """Begin to report, once in each process: after it was forked, before the site is loaded."""
    if settings.SENTRY_DSN:
        from loopin.telemetry import sentry  # noqa: PLC0415  only where it is wanted

        _endings.append(sentry.start())
        _jobs.append(sentry.job)
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        from loopin.telemetry import tracing  # noqa: PLC0415  only where it is wanted

        _endings.append(tracing.start())
        _jobs.append(tracing.job)
    if _endings:
        # Processes of the server end without what `atexit` has.
        util.Finalize(None, stop, exitpriority=10)


def stop() -> None:
    """Report what waits, for `FLUSH_SECONDS` at most."""
    threads = [threading.Thread(target=end, daemon=True) for end in _endings]
    _endings.clear()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(FLUSH_SECONDS)


@contextmanager
def job(name: str) -> Iterator[None]:
    """A periodic task as a transaction and a span."""
    with ExitStack() as stack:
        for begin in _jobs:
            stack.enter_context(begin(name))
        yield
