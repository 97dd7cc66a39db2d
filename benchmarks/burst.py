"""A burst of sign-ups while the SMS provider is slow: how many are refused, and on how many
connections to the database.

python -m benchmarks.burst --rate 70 --seconds 10 --provider 0.4
"""

import argparse
import collections
import http.client
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg

from benchmarks.message import HOST, Request, post
from benchmarks.site import migrated, served

NO_FLOOD = {
    "PROOF_OF_WORK": "off",
    "SMS_PER_PREFIX": "1000000",
    "SMS_PREFIX_VERIFIED_PERCENT": "0",
}
"""So many strangers at once are nothing to stop."""

CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


class Provider(BaseHTTPRequestHandler):
    """Takes every message after so many seconds."""

    takes_seconds = 0.0
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(self.takes_seconds)
        body = b'{"sid": "SM0", "status": "queued"}'
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def _provider(seconds: float) -> Iterator[dict[str, str]]:
    """The settings of a provider that takes so long."""
    Provider.takes_seconds = seconds
    server = ThreadingHTTPServer((HOST, 0), Provider)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        "TWILIO_TEST_MODE": "false",
        "TWILIO_ACCOUNT_SID": "AC0",
        "TWILIO_AUTH_TOKEN": "token",
        "TWILIO_PHONE_NUMBER": "+15005550006",
        "TWILIO_API_URL": f"http://{HOST}:{server.server_port}",
    }
    server.shutdown()


class Burst:
    """Requests that come at a rate, whether earlier ones have their answers or not."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.statuses: collections.Counter[int] = collections.Counter()
        self.seconds: list[float] = []
        self.most_connections = 0

    def run(self, *, rate: float, seconds: float, database_url: str) -> None:
        asking, begin = [], time.monotonic()
        watching = threading.Event()
        watch = threading.Thread(target=self._watch, args=(watching, database_url))
        watch.start()
        for number in range(int(rate * seconds)):
            time.sleep(max(0, begin + number / rate - time.monotonic()))
            phone_number = f"+9198{number * 61_803_401 % 10**8:08}"
            request = post("/api/auth/signup", phone_number=phone_number)
            asking.append(threading.Thread(target=self._ask, args=(request,)))
            asking[-1].start()
        for thread in asking:
            thread.join()
        watching.set()
        watch.join()

    def _ask(self, request: Request) -> None:
        began = time.monotonic()
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        connection.request(request.method, request.path, request.body, request.headers)
        self.statuses[connection.getresponse().status] += 1
        self.seconds.append(time.monotonic() - began)
        connection.close()

    def _watch(self, is_over: threading.Event, database_url: str) -> None:
        with psycopg.connect(database_url, autocommit=True) as watcher:
            while not is_over.wait(0.1):
                row = watcher.execute(CONNECTIONS).fetchone()
                self.most_connections = max(self.most_connections, row[0] if row else 0)


def main() -> None:
    options = _options()
    with (
        _provider(options.provider) as provider,
        migrated(**provider, **NO_FLOOD) as here,
        served(here.database_pid) as site,
    ):
        burst = Burst(site.port)
        burst.run(rate=options.rate, seconds=options.seconds, database_url=here.database_url)
    ordered = sorted(burst.seconds)
    print(
        f"{options.rate:.0f} sign-ups a second for {options.seconds:.0f} s, a provider of"
        f" {options.provider} s: {dict(burst.statuses)}, {burst.most_connections} connections;"
        f" median {statistics.median(ordered):.2f} s, p99 {ordered[len(ordered) * 99 // 100]:.2f} s"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Sign up many people at a slow provider.")
    parser.add_argument("--rate", type=float, default=70, help="sign-ups a second")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--provider", type=float, default=0.4, help="seconds until it answers")
    return parser.parse_args()


if __name__ == "__main__":
    main()
