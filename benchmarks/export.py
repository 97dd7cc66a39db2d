"""How fast leads leave as a file, and how much memory of the worker that takes.

.venv/bin/python -m benchmarks.export --leads 1000000

A PostgreSQL of its own with that many leads, and the product's own server with one worker, which is
asked for the whole desk over a socket while its resident memory is read.
"""

import argparse
import http.client
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.message import HOST
from benchmarks.site import Site, migrated, served

LOAD = """
INSERT INTO leads_lead (phone_number, country, source, status, trouble, name, email,
                        consent_version, verified_at, created_at)
SELECT '+9198' || lpad(n::text, 8, '0'), 'IN', (ARRAY['web', 'api'])[1 + mod(n, 2)], 'new',
       (ARRAY['', 'wrong_code', 'expired'])[1 + mod(n, 3)], 'Asha Rao ' || mod(n, 1000),
       'asha' || n || '@example.com', '', CASE WHEN mod(n, 4) = 0 THEN now() END,
       now() - make_interval(secs => n)
FROM generate_series(%s::int, %s::int) AS n
"""
LOAD_STEP = 100_000
READ = 1 << 16


@dataclass(frozen=True)
class Figures:
    rows: int
    seconds: float
    bytes: int
    before_mib: int
    peak_mib: int

    def __str__(self) -> str:
        return (
            f"{self.rows} rows, {self.bytes / 1e6:.0f} MB in {self.seconds:.1f} s:"
            f" {self.rows / self.seconds:.0f} rows/s; worker {self.before_mib} MiB before,"
            f" {self.peak_mib} MiB at most (+{self.peak_mib - self.before_mib})"
        )


def load(count: int) -> None:
    """Leads by the hundred thousand; the index for searching, which an export does not use, after
    them would take as long again and is left out."""
    from loopin.sql import execute  # noqa: PLC0415  the settings are known only here

    execute("DROP INDEX leadsearch_trigrams, leadsearch_number_trigrams", [])
    execute("SET statement_timeout = 0", [])
    for start in range(1, count + 1, LOAD_STEP):
        execute(LOAD, [start, min(count, start + LOAD_STEP - 1)])
    execute("ANALYZE leads_lead", [])


def cookies_of_admin() -> str:
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.middleware.csrf import _get_new_csrf_string  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    client = Client()
    client.force_login(get_user_model().objects.create_superuser("mona"))
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={_get_new_csrf_string()}"


def export(site: Site, cookies: str, *, full: bool) -> Figures:
    """Ask for everything and read it to the end."""
    connection = http.client.HTTPConnection(HOST, site.port, timeout=60)
    token = cookies.rpartition("csrftoken=")[2]
    form = {"confirmed": "yes", "numbers": "full" if full else "masked"}
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request(
        "POST", "/leads/export/", urlencode(form | {"csrfmiddlewaretoken": token}), headers
    )
    answer = connection.getresponse()
    answer.read()
    address = f"{answer.headers['Location']}leads.csv"
    before = sum(site.memory_mib())
    with Watch(site) as watch:
        began = time.perf_counter()
        connection.request("GET", address, headers={"Cookie": cookies})
        answer = connection.getresponse()
        size = rows = 0
        while piece := answer.read(READ):
            size += len(piece)
            rows += piece.count(b"\n")
        took = time.perf_counter() - began
    return Figures(rows - 1, took, size, before, watch.peak)


class Watch(threading.Thread):
    """The most memory that the worker had."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self.site, self.peak, self.is_over = site, 0, threading.Event()

    def __enter__(self) -> "Watch":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.is_over.set()
        self.join()

    def run(self) -> None:
        while not self.is_over.wait(0.05):
            self.peak = max(self.peak, sum(self.site.memory_mib()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with migrated(WORKERS="1") as here:
        _load(arguments.leads)
        cookies = cookies_of_admin()
        with served(here.database_pid) as site:
            print("first, masked:", export(site, cookies, full=False), flush=True)
            print("again, full:  ", export(site, cookies, full=True), flush=True)


def _load(count: int) -> None:
    began = time.perf_counter()
    load(count)
    print(f"{count} leads loaded in {time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
