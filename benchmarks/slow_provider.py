"""How an SMS provider that hangs slows other requests, and whether known numbers take longer.

python -m benchmarks.slow_provider
"""

import os
import statistics
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import django
from django.core.management import call_command

from benchmarks.load import UnexpectedAnswer, drive
from benchmarks.message import HOST, Request, post
from benchmarks.site import database, served, temporary_folder, use

REQUESTS = 600
HANG_SECONDS = 60
PAIRS = 200


class Provider(BaseHTTPRequestHandler):
    """Takes every message after so many seconds, or, once told so, says nothing for a minute."""

    takes_seconds = 0.0
    hangs = threading.Event()
    released = threading.Event()
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.hangs.is_set():
            self.released.wait(HANG_SECONDS)
        time.sleep(self.takes_seconds)
        body = b'{"sid": "SM0", "status": "queued"}'
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


def main() -> None:
    provider = ThreadingHTTPServer((HOST, 0), Provider)
    provider.daemon_threads = True
    threading.Thread(target=provider.serve_forever, daemon=True).start()
    with temporary_folder() as folder, database(folder) as (url, database_pid):
        use(url, folder)
        os.environ |= {
            "TWILIO_TEST_MODE": "false",
            "TWILIO_ACCOUNT_SID": "AC0",
            "TWILIO_AUTH_TOKEN": "token",
            "TWILIO_PHONE_NUMBER": "+15005550006",
            "TWILIO_API_URL": f"http://{HOST}:{provider.server_port}",
            "UNIFIED_SIGNUP": "true",
            # The known numbers follow each other: that is no flood here.
            "SMS_PER_PREFIX": "1000000",
            "SMS_PREFIX_VERIFIED_PERCENT": "0",
        }
        django.setup()
        call_command("migrate", verbosity=0)
        from benchmarks import in_process  # noqa: PLC0415  the settings come first
        from benchmarks.cast import Cast  # noqa: PLC0415

        cast = Cast(in_process.send, folder / "log")
        with served(database_pid) as site:
            _known_beside_unknown(site.port)
            _beside_a_hanging_provider(site.port, cast.read_profile(REQUESTS))
    Provider.released.set()


def _known_beside_unknown(port: int) -> None:
    """One after the other, in turns, so that both meet the same machine."""
    latencies: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(PAIRS):
        numbers = {"known": f"+9197{number:08}", "unknown": f"+9196{number * 1009:08}"}
        for kind, phone_number in numbers.items():
            request = post("/api/auth/signup", phone_number=phone_number)
            latencies[kind] += drive(port, [request], status=200, connections=1).latencies
    medians = {kind: statistics.median(values) * 1000 for kind, values in latencies.items()}
    print(
        f"signup, {PAIRS} each: known {medians['known']:.1f} ms,"
        f" unknown {medians['unknown']:.1f} ms at the median"
    )


def _beside_a_hanging_provider(port: int, reads: list[Request]) -> None:
    calm = drive(port, reads, status=200, connections=4)
    Provider.hangs.set()
    waiting = [threading.Thread(target=_ask, args=(port, f"+9195{n * 1009:08}")) for n in range(24)]
    for thread in waiting:
        thread.start()
    troubled = drive(port, reads, status=200, connections=4)
    p99 = calm.percentile(0.99) * 1000, troubled.percentile(0.99) * 1000
    print(
        f"profile, 4 connections, p99: {p99[0]:.1f} ms, and {p99[1]:.1f} ms while the provider"
        f" hangs and 24 people ask for codes ({p99[1] / p99[0]:.1f} times)"
    )
    Provider.released.set()
    for thread in waiting:
        thread.join()


def _ask(port: int, phone_number: str) -> None:
    """Half of the threads wait for the provider; who comes after them is refused at once."""
    with suppress(UnexpectedAnswer):  # a 200 for those still waiting when the provider wakes up
        request = post("/api/auth/signup", phone_number=phone_number)
        drive(port, [request], status=503, connections=1)


if __name__ == "__main__":
    main()
