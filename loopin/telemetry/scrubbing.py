"""Takes out of reports what logs do not have either, by the redaction of the logs."""

from collections.abc import Mapping, Sequence
from typing import Any

from loopin.logs.redaction import redact

DROPPED = {
    *("vars", "params", "cookies", "data", "env", "headers", "query_string", "sys.argv"),
    *("post_context", "context_line", "pre_context"),
}
"""Keys of values that are taken away as a whole: local variables, parameters, bodies."""

KEPT = {
    *("event_id", "trace_id", "span_id", "parent_span_id", "timestamp", "start_timestamp"),
    *("release", "environment", "platform", "sdk", "modules", "debug_meta", "level", "type"),
}
"""Keys of values that hold nothing of people, whose digits redaction could take for a number."""

SPAN_ATTRIBUTES = {
    *("http.request.method", "http.response.status_code", "http.route", "url.path", "url.scheme"),
    *("http.method", "http.status_code", "http.target", "network.protocol.version"),
    *("db.system", "db.system.name", "db.statement", "db.query.text", "db.operation.name"),
    *("db.namespace", "db.name", "error.type", "exception.type"),
    *("loopin.request_id", "loopin.user", "loopin.session", "loopin.code", "loopin.job"),
    "loopin.provider_ms",
}
"""What a span may say. Everything else goes: addresses, queries, words of errors, clients."""


def scrub(value: Any) -> Any:
    """A report without secrets: every text in it is redacted, and `DROPPED` is gone."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {
            key: one if key in KEPT else scrub(one)
            for key, one in value.items()
            if key not in DROPPED
        }
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [scrub(one) for one in value]
    return value if isinstance(value, bool | int | float | None) else redact(str(value))


def span_attributes(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    """Those that a span may have, redacted; no text has what follows a question mark."""
    return {
        name: redact(value.partition("?")[0]) if isinstance(value, str) else value
        for name, value in (attributes or {}).items()
        if name in SPAN_ATTRIBUTES
    }
