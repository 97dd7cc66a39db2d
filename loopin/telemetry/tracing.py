"""Sends traces to OpenTelemetry. Imported only if `OTEL_EXPORTER_OTLP_ENDPOINT` is set."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

# The names of attributes that are stable; otherwise the instrumentation writes older ones.
os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http,database")

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace import Span, Status

from loopin import __version__, request_facts
from loopin.logs.redaction import redact
from loopin.request_facts import RequestFacts
from loopin.telemetry.scrubbing import span_attributes

TIMEOUT_SECONDS = 5
QUEUE = 2048
"""Spans that wait for the collector. What comes while so many wait is dropped."""

BEHIND_THE_DOOR = 1
"""Where the middleware of the instrumentation stands: it is the first of the pages', and so of the
API's (loopin/config/middleware.py)."""

NOT_TRACED = "api/health"
"""Addresses that are asked every second by machines, as the instrumentation takes them."""


class ScrubbingExporter(SpanExporter):
    """Hands cleaned copies of spans to another exporter, in the thread that sends them."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_cleaned(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def start() -> Callable[[], object]:
    """Begin to trace; returns what ends it."""
    endpoint = f"{settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip('/')}/v1/traces"
    resource = Resource.create(
        {"service.name": settings.OTEL_SERVICE_NAME, "service.version": __version__}
    )
    provider = TracerProvider(
        sampler=ParentBasedTraceIdRatio(settings.OTEL_TRACES_SAMPLER_ARG),
        resource=resource,
        shutdown_on_exit=False,  # processes.stop() waits
    )
    exporter = OTLPSpanExporter(endpoint, timeout=TIMEOUT_SECONDS)
    provider.add_span_processor(
        BatchSpanProcessor(ScrubbingExporter(exporter), max_queue_size=QUEUE)
    )
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument(
        tracer_provider=provider,
        response_hook=_describe,
        excluded_urls=NOT_TRACED,
        middleware_position=BEHIND_THE_DOOR,
    )
    settings.API_MIDDLEWARE.insert(0, settings.MIDDLEWARE[BEHIND_THE_DOOR])
    PsycopgInstrumentor().instrument(tracer_provider=provider)
    request_facts.told_of_begin.append(_join)
    return provider.shutdown


@contextmanager
def job(name: str) -> Iterator[None]:
    """A periodic task as a span."""
    tracer = trace.get_tracer("loopin")
    with tracer.start_as_current_span(f"job {name}", attributes={"loopin.job": name}):
        yield


def _join(facts: RequestFacts) -> None:
    """Give the log the id of the trace, and the trace that of the request."""
    span = trace.get_current_span()
    context = span.get_span_context()
    if context.is_valid:
        facts.trace_id = trace.format_trace_id(context.trace_id)
        span.set_attribute("loopin.request_id", facts.request_id)


def _describe(span: Span, request: HttpRequest, response: HttpResponseBase) -> None:
    if not span.is_recording():
        return
    facts = request_facts.current()
    if facts.user_id is not None:
        span.set_attribute("loopin.user", facts.user_id)
        span.set_attribute("loopin.session", facts.session)
    if facts.code and response.status_code >= 400:
        span.set_attribute("loopin.code", facts.code)
    span.set_attribute("loopin.provider_ms", round(facts.provider_seconds * 1000, 1))


def _cleaned(span: ReadableSpan) -> ReadableSpan:
    """Names and attributes that hold nothing of people; of an error its kind alone."""
    events = [
        Event(event.name, span_attributes(event.attributes), event.timestamp)
        for event in span.events
    ]
    parts: dict[str, Any] = {
        "context": span.context,
        "parent": span.parent,
        "resource": span.resource,
        "links": span.links,
        "kind": span.kind,
        "start_time": span.start_time,
        "end_time": span.end_time,
        "instrumentation_scope": span.instrumentation_scope,
    }
    return ReadableSpan(
        redact(span.name),
        attributes=span_attributes(span.attributes),
        events=events,
        status=Status(span.status.status_code),
        **parts,
    )
