"""Formats log lines: as text in development, as JSON in production, redacted in both."""

import json
import logging
from datetime import UTC, datetime

from loopin.logs.redaction import redact
from loopin.logs.request_log import request_id


def _redacted(record: logging.LogRecord, text: str) -> str:
    return text if getattr(record, "is_redacted", False) else redact(text)


class LineFormatter(logging.Formatter):
    """`2026-03-01 15:00:00,123 INFO accounts.checks [5f0c…]: SMS refused`, tracebacks below."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} [{request_id}]: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id.get()
        return _redacted(record, super().format(record))


class JSONFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, request_id, message, and `fields`.

    No library is used, because libraries write every `extra` of a record, and Django's records have
    the whole request there.
    """

    def format(self, record: logging.LogRecord) -> str:
        texts = {"message": record.getMessage()}
        if record.exc_info:
            texts["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            texts["stack"] = record.stack_info
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": request_id.get(),
            **{name: _redacted(record, text) for name, text in texts.items()},
            **_fields(record),
        }
        return json.dumps(line)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """The values that the caller added by `extra={"fields": {…}}`; numbers stay numbers."""
    fields: dict[str, object] = getattr(record, "fields", {})
    return {
        name: _redacted(record, value) if isinstance(value, str) else value
        for name, value in fields.items()
    }
