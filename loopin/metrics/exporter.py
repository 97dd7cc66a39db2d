"""Shows the metrics of all processes to Prometheus, on a port of its own.

It is a process beside the server's, so that it answers however busy, stuck or dead those are, and
takes no time from them.
"""

import hmac
import logging
import os
import socket
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.multiprocess import MultiProcessCollector

from loopin import __version__
from loopin.metrics.declarations import FOLDER_VARIABLE, Label, ReadGauge
from loopin.metrics.readings import Readings
from loopin.metrics.recording import remove_dead

logger = logging.getLogger(__name__)

PATH = "/metrics"
RETRY_SECONDS = 1
CLIENT_TIMEOUT_SECONDS = 10

BUILD_INFO = ReadGauge(
    "loopin_build_info", "Always 1; its label says what runs.", Label("version", "of Loopin")
)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ProcessCollector:
    """The sums of what the processes keep in their files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._collector: Any = MultiProcessCollector(None, str(folder))  # type: ignore[no-untyped-call]

    def collect(self) -> Iterable[Family]:
        remove_dead(self._folder)
        families: Iterable[Family] = self._collector.collect()
        return families


class ReadingCollector:
    """What is read at the moment."""

    def __init__(self) -> None:
        self._readings = Readings()

    def collect(self) -> Iterable[Family]:
        families: dict[str, GaugeMetricFamily] = {}
        for sample in [BUILD_INFO.sample(1, __version__), *self._readings.samples()]:
            gauge = sample.gauge
            names = [label.name for label in gauge.labels]
            family = families.setdefault(
                gauge.name, GaugeMetricFamily(gauge.name, gauge.words, labels=names)
            )
            family.add_metric(sample.values, sample.value)
        return families.values()


def export(port: int) -> None:
    """Answer until the process is told to end.

    A server that is about to end may still have the port: it is waited for.
    """
    registry = CollectorRegistry()
    registry.register(ProcessCollector(Path(os.environ[FOLDER_VARIABLE])))
    registry.register(ReadingCollector())
    with _wait_for_port(port, _guarded(make_wsgi_app(registry))) as server:
        logger.info("Metrics at http://%s:%d%s", settings.METRICS_HOST, port, PATH)
        server.serve_forever()


def _guarded(application: Application) -> Application:
    """Answer 404 to everything but the metrics, and to whoever has not the token that is set."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == PATH and _is_permitted(environ):
            return application(environ, start_response)
        status = HTTPStatus.NOT_FOUND
        # Without a name of ours the library tells the version of Python.
        headers = [("Content-Type", "text/plain"), ("Server", "loopin")]
        start_response(f"{status} {status.phrase}", headers)
        return [b"Not found\n"]

    return answer


def _is_permitted(environ: dict[str, Any]) -> bool:
    sent = environ.get("HTTP_AUTHORIZATION", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}" if settings.METRICS_TOKEN else sent
    return hmac.compare_digest(sent.encode(), wanted.encode())


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    address_family = socket.AF_INET6 if ":" in settings.METRICS_HOST else socket.AF_INET


class _Handler(WSGIRequestHandler):
    timeout = CLIENT_TIMEOUT_SECONDS

    def log_message(self, *args: Any) -> None:
        """Prometheus asks every few seconds; nobody reads that."""

    def address_string(self) -> str:
        return str(self.client_address[0])


def _wait_for_port(port: int, application: Application) -> WSGIServer:
    has_told = False
    while True:
        try:
            return make_server(settings.METRICS_HOST, port, application, _Server, _Handler)
        except OSError as error:
            if not has_told:
                logger.warning("Metrics wait for port %d: %s", port, error.strerror)
                has_told = True
            time.sleep(RETRY_SECONDS)
