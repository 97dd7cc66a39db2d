"""Reports errors to Sentry. Imported only if `SENTRY_DSN` is set."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration
from sentry_sdk.transport import HttpTransport

from loopin import request_facts
from loopin.logs.redaction import redact
from loopin.request_facts import RequestFacts
from loopin.telemetry.scrubbing import scrub

QUEUE = 100
"""Reports that wait for the receiver. What comes while so many wait is dropped."""

PRIVATE: dict[str, Any] = {
    "send_default_pii": False,
    "include_local_variables": False,
    "include_source_context": False,
    "max_request_body_size": "never",
    "auto_session_tracking": False,
    "propagate_traces": False,
    "trace_propagation_targets": [],
}
"""What keeps data of people out of reports, and marks of ours out of the requests of others."""


class PatientForSeconds(HttpTransport):
    """Has a thread of its own, which gives a receiver 5 seconds and not 30."""

    TIMEOUT = 5


def start() -> Callable[[], object]:
    """Begin to report; returns what ends it."""
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.SENTRY_ENVIRONMENT,
        release=settings.SENTRY_RELEASE,
        sample_rate=settings.SENTRY_SAMPLE_RATE,
        traces_sample_rate=settings.SENTRY_TRACES_SAMPLE_RATE or None,
        transport=PatientForSeconds,
        transport_queue_size=QUEUE,
        shutdown_timeout=0,  # processes.stop() waits
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            DjangoIntegration(),
            LoggingIntegration(level=logging.INFO, event_level=logging.ERROR),
            ExcepthookIntegration(),
            ThreadingIntegration(),
            DedupeIntegration(),
        ],
        before_send=_clean_event,
        before_send_transaction=_clean_event,
        before_breadcrumb=_clean_breadcrumb,
        **PRIVATE,
    )
    request_facts.told_of_begin.append(_tag)
    return sentry_sdk.get_client().close


def job(name: str) -> AbstractContextManager[object]:
    """A periodic task as a transaction."""
    return sentry_sdk.start_transaction(op="task", name=name)


def _tag(facts: RequestFacts) -> None:
    """Join reports with the log by the request's id, also those of transactions."""
    sentry_sdk.set_tag("request_id", facts.request_id)


def _clean_event(event: Any, hint: dict[str, Any]) -> Any:
    """An event or a transaction, in the context of what caused it."""
    facts = request_facts.current()
    asked = event.get("request") or {}
    path = str(asked.get("url", "")).partition("?")[0]
    record = hint.get("log_record")
    if record is not None:
        event["logentry"] = {"message": record.getMessage()}
    event.pop("extra", None)
    cleaned = scrub({name: value for name, value in event.items() if name != "request"})
    if asked:
        cleaned["request"] = {"method": asked.get("method"), "url": redact(path)}
    cleaned["user"] = {"id": str(facts.user_id)} if facts.user_id else {}
    if facts.trace_id:
        cleaned.setdefault("tags", {})["otel_trace_id"] = facts.trace_id
    return cleaned


def _clean_breadcrumb(crumb: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any] | None:
    """Lines of the log before an error; nothing of what HTTP clients or the database did."""
    if "log_record" not in hint:
        return None
    kept = {
        name: crumb[name] for name in ("type", "level", "category", "timestamp") if name in crumb
    }
    return kept | {"message": redact(hint["log_record"].getMessage())}
