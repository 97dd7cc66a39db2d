"""The lines of a process: its start and its stop, and what nobody catches in it."""

import logging
import os
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from django.conf import settings

from loopin import __version__

logger = logging.getLogger(__name__)


def log_start(what: str, facts: Mapping[str, object] | None = None, **more: object) -> None:
    """`Server started: version=1.1.0 pid=7 …`, with the settings that matter and no secret.

    `facts`: those of the settings, for a process that has none.
    From here on warnings of Python, and errors that nobody catches, are lines of the log.
    """
    logging.captureWarnings(True)
    threading.excepthook = _log_error_in_thread
    sys.excepthook = _log_error
    sys.unraisablehook = _log_unraisable
    about = {"version": __version__, "pid": os.getpid()}
    _log(f"{what} started", about | dict(facts or facts_of_settings()) | more)


def log_stop(what: str) -> None:
    """`Server stopped: version=1.1.0 pid=7`."""
    _log(f"{what} stopped", {"version": __version__, "pid": os.getpid()})


def facts_of_settings() -> dict[str, object]:
    database = settings.DATABASES["default"]
    return {
        "environment": settings.ENVIRONMENT,
        "debug": settings.DEBUG,
        "database": database.get("HOST") or "local",
        "sms_provider": settings.SMS_PROVIDER,
        "proxies": settings.TRUSTED_PROXY_COUNT,
    }


def _log(event: str, facts: dict[str, object]) -> None:
    words = " ".join(f"{name}={value}" for name, value in facts.items())
    logger.info("%s: %s", event, words, extra={"fields": {"event": event} | facts})


def _log_error(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    logger.critical("The process ends by an error", exc_info=(kind, error, traceback))


def _log_error_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    name = args.thread.name if args.thread else "?"
    error = (args.exc_type, args.exc_value, args.exc_traceback)
    logger.error("The thread %s ends by an error", name, exc_info=error)


def _log_unraisable(args: Any) -> None:
    """An error where there is nobody to raise it to, such as in `__del__`."""
    error = (args.exc_type, args.exc_value, args.exc_traceback)
    logger.error("An error was ignored: %s", args.err_msg or "", exc_info=error)
