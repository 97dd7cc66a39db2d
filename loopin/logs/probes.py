"""Keeps the answers to load balancers out of the log of errors: `health` logs each change once."""

import logging

from loopin.config.public_routes import HEALTH


class NoProbes(logging.Filter):
    """Drops what Django writes of each 503 below `/api/health`, with every probe again."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path", "")
        return not (getattr(record, "status_code", 0) == 503 and path.startswith(f"/{HEALTH}"))
