"""What the parent process of a server needs to know of the settings.

Settings and what they import are half of the memory of a process that only keeps others running, so
it has them read by a process that ends at once.
"""

import multiprocessing
import os
import time
from dataclasses import dataclass
from logging.config import dictConfig
from typing import Any

from django.conf import settings

from loopin.logs.process_log import facts_of_settings


@dataclass(frozen=True)
class ServerOptions:
    """`threads`: of each web process. `metrics_port`: 0 for none. `facts`: for the line of the
    start in the log."""

    workers: int
    threads: int
    metrics_port: int
    time_zone: str
    logging: dict[str, Any]
    facts: dict[str, object]

    def begin_log(self) -> None:
        """Write lines as a process with settings does, at the same time of day."""
        os.environ["TZ"] = self.time_zone
        time.tzset()
        dictConfig(self.logging)


def from_settings() -> ServerOptions:
    return ServerOptions(
        workers=settings.WORKERS,
        threads=settings.WORKER_THREADS,
        metrics_port=settings.METRICS_PORT,
        time_zone=settings.TIME_ZONE,
        logging=settings.LOGGING,
        facts=facts_of_settings(),
    )


def read() -> ServerOptions:
    """Likewise in a process of its own. Raises ImproperlyConfigured as the settings do."""
    with multiprocessing.get_context("fork").Pool(1) as reader:
        return reader.apply(from_settings)
