"""What leaves for Sentry and for a collector of traces: enough to mend a fault, and no secret."""

import gzip
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
import zlib

import brotli
import pytest
from django.conf import settings
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests import processes, receiver
from tests.cast import DAVE
from tests.live import database_url
from tests.waiting import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("server")]

TRACE = "0af7651916cd43dd8448eb211c80319c"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0In0.c2lnbmF0dXJl"
SECRETS = {
    "phone_number": DAVE,
    "otp_code": "83154",
    "password": "correct-horse-battery",
    "email": "asha.rao@example.com",
}
COOKIE = "a-cookie-of-somebody"
STRANGE = "5ca1ab1e" * 4
"""What a stranger would have in every report: an id of a trace, and a word."""


@pytest.fixture
def sink():
    """A receiver of both protocols."""
    received, server = receiver.start()
    received.status = 200
    yield received
    received.may_answer.set()
    server.shutdown()


def environment(sink):
    base = sink.url.removesuffix("/hook")
    return {
        "SENTRY_DSN": base.replace("http://", "http://public@") + "/1",
        "SENTRY_TRACES_SAMPLE_RATE": "1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": base,
        "OTEL_TRACES_SAMPLER_ARG": "1",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
        "LOG_FORMAT": "json",
        "WORKERS": "1",
    }


UNPACK = {"gzip": gzip.decompress, "deflate": zlib.decompress, "br": brotli.decompress, "": bytes}


def unpacked(message) -> bytes:
    return UNPACK[message.headers.get("content-encoding", "")](message.body)


def bodies(sink, path):
    """What came at an address of the receiver, without compression."""
    return [unpacked(message) for message in list(sink.messages) if path in message.path]


def events(sink, kind):
    """The items of this type that were reported to Sentry."""
    found = []
    for body in bodies(sink, "/envelope/"):
        lines = body.split(b"\n")
        found += [
            json.loads(item)
            for head, item in zip(lines[1::2], lines[2::2], strict=False)
            if json.loads(head)["type"] == kind
        ]
    return found


def spans(sink):
    """The spans that the collector got."""
    found = []
    for body in bodies(sink, "/v1/traces"):
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            found += [span for scope in resource.scope_spans for span in scope.spans]
    return found


def sign_up(site, **headers):
    """The status of a sign-up, in which everything secret is in play."""
    request = urllib.request.Request(
        f"{site.url}/api/auth/signup?phone={DAVE}&token={TOKEN}",
        json.dumps(SECRETS).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {TOKEN}",
            "Cookie": f"sessionid={COOKIE}",
            "X-Request-ID": "from-the-proxy",
            "traceparent": f"00-{TRACE}-b7ad6b7169203331-01",
            "tracestate": f"word={STRANGE}",
            "sentry-trace": f"{STRANGE}-b7ad6b7169203331-1",
            "baggage": f"sentry-trace_id={STRANGE},sentry-public_key=public,word={STRANGE}",
        }
        | headers,
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def test_a_crash_in_a_sign_up_is_reported_without_a_secret(serve, sink):
    crashing = {"DJANGO_SETTINGS_MODULE": "tests.loopin.telemetry.crashing"}
    process, site = serve(**environment(sink) | crashing)
    assert sign_up(site) == 500
    [event] = eventually(lambda: events(sink, "event"))
    [transaction] = eventually(
        lambda: [one for one in events(sink, "transaction") if "signup" in one["transaction"]]
    )
    [span] = eventually(lambda: [one for one in spans(sink) if one.name.startswith("POST")])
    process.terminate()
    process.wait(timeout=20)

    errors = event["exception"]["values"]
    assert [one["type"] for one in errors] == ["ValueError", "RuntimeError"]
    frames = errors[-1]["stacktrace"]["frames"]
    assert frames[-1]["function"] == "process_view"
    assert event["tags"]["request_id"] == transaction["tags"]["request_id"] == "from-the-proxy"
    assert event["tags"]["otel_trace_id"] == span.trace_id.hex() == TRACE
    assert event["request"]["method"] == "POST"
    assert event["request"]["url"].endswith("/api/auth/signup")
    assert event["release"].startswith("loopin@")
    assert "loopin.request_id" in {one.key for one in span.attributes}

    lines = [json.loads(line) for line in site.log_path.read_text().splitlines() if line[0] == "{"]
    [line] = [line for line in lines if line.get("path") == "/api/auth/signup"]
    assert (line["trace_id"], line["request_id"]) == (TRACE, "from-the-proxy")

    everything = b"\n".join(unpacked(message) for message in sink.messages)
    everything += site.log_path.read_bytes()
    for secret in (*SECRETS.values(), DAVE[1:], TOKEN, TOKEN.split(".")[1], COOKIE, STRANGE):
        assert secret.encode() not in everything, secret


def test_statements_of_a_request_are_spans_of_its_trace_without_values(serve, sink):
    process, site = serve(**environment(sink))
    assert sign_up(site) == 200
    process.terminate()  # what waits is sent
    process.wait(timeout=20)
    ours = [span for span in spans(sink) if span.trace_id.hex() == TRACE]
    statements = [
        one.value.string_value
        for span in ours
        for one in span.attributes
        if one.key in ("db.statement", "db.query.text")
    ]
    assert any("accounts_phoneotp" in text for text in statements)
    assert DAVE[1:].encode() not in b"\n".join(bodies(sink, ""))


def test_a_receiver_that_hangs_keeps_nobody_waiting(serve, sink):
    sink.may_answer.clear()
    crashing = {"DJANGO_SETTINGS_MODULE": "tests.loopin.telemetry.crashing"}
    process, site = serve(**environment(sink) | crashing)
    assert sign_up(site) == 500
    eventually(lambda: sink.together)
    for _ in range(20):
        assert sign_up(site) == 500
    assert not sink.may_answer.is_set()
    process.terminate()
    assert process.wait(timeout=20) == 0


def test_a_job_of_the_worker_is_a_span_and_a_transaction(sink, tmp_path):
    told = processes.own_environment(DATABASE_URL=database_url()) | environment(sink)
    process = processes.start("work", environment=told, log=tmp_path / "log")
    try:
        eventually(lambda: "job webhooks" in {span.name for span in spans(sink)})
        done = lambda: {one["transaction"] for one in events(sink, "transaction")}  # noqa: E731
        eventually(lambda: "webhooks" in done())
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


OFF = """
import django, sys
django.setup()
from loopin.telemetry import processes
processes.start()
from loopin.wsgi import application
print(sorted(name for name in sys.modules if name.startswith(("sentry_sdk", "opentelemetry"))))
"""


def test_without_settings_nothing_of_it_is_imported():
    told = subprocess.run(
        [sys.executable, "-c", OFF],
        cwd=settings.BASE_DIR,
        env={**os.environ, "ENV_FILE": "", "DJANGO_SETTINGS_MODULE": "loopin.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"^\[\]$", told.stdout, re.MULTILINE), told.stdout
