"""How fast lists become leads and cease to be, and how much memory that takes.

.venv/bin/python -m benchmarks.imports --rows 10000 1000000

Each list is sent to the product's own server, with one worker process, over a socket, in a form as
browsers send it. Then a process of its own reads, writes and undoes it, as the worker does.
"""

import argparse
import http.client
import os
import tempfile
import time
from collections.abc import Callable
from typing import IO

from benchmarks.export import Watch, cookies_of_admin
from benchmarks.message import HOST
from benchmarks.site import MIB, Site, migrated, served

BOUNDARY = "loopin-benchmark"
PART = 'Content-Disposition: form-data; name="file"; filename="list.csv"'
HEADER = "Mobile,Customer Name,E-mail,Consent,City,Remarks\n"
REMARK = "Wants to come with two friends in May"
PIECE = 10_000


def write_list(file: IO[bytes], rows: int) -> int:
    """A form with a list of different numbers; how long it is."""
    file.write(f"--{BOUNDARY}\r\n{PART}\r\n\r\n{HEADER}".encode())
    for start in range(0, rows, PIECE):
        numbers = range(start, min(rows, start + PIECE))
        lines = (f"98{n:08d},Asha Rao,asha{n}@example.com,yes,Pune,{REMARK}\n" for n in numbers)
        file.write("".join(lines).encode())
    file.write(f"\r\n--{BOUNDARY}--\r\n".encode())
    return file.tell()


def upload(site: Site, cookies: str, rows: int) -> int:
    """Send a list of so many rows; returns the id of its import."""
    with tempfile.TemporaryFile() as form, Watch(site) as watch:
        size = write_list(form, rows)
        form.seek(0)
        before, began = sum(site.memory_mib()), time.perf_counter()
        connection = http.client.HTTPConnection(HOST, site.port, timeout=300)
        headers = {
            "Cookie": cookies,
            "X-CSRFToken": cookies.rpartition("csrftoken=")[2],
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(size),
        }
        connection.request("POST", "/leads/import/", form, headers)
        answer = connection.getresponse()
        answer.read()
    assert answer.status == 302, answer.status
    took = time.perf_counter() - began
    print(f"{rows} rows, {size / MIB:.0f} MiB: uploaded in {took:.1f} s;", end=" ")
    print(f"the server grew by {watch.peak - before} MiB at its peak", flush=True)
    return int(answer.headers["Location"].split("/")[3])


def measured(name: str, rows: int, work: Callable[[], object]) -> None:
    """Do it in a process of its own, and print how long it took and how large that was."""
    began = time.perf_counter()
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    took, cpu = time.perf_counter() - began, used.ru_utime + used.ru_stime
    print(f"  {name}: {took:.1f} s, {rows / took:.0f} rows/s, CPU {cpu:.1f} s,", end=" ")
    print(f"{used.ru_maxrss // 1024} MiB at its peak; status {status}", flush=True)


def work(batch_id: int, rows: int) -> None:
    from django.db import connection  # noqa: PLC0415

    from leads.models import ImportBatch  # noqa: PLC0415
    from leads.models.import_state import ImportState  # noqa: PLC0415
    from leads.transfer.importing import turns  # noqa: PLC0415

    def begin(state: ImportState, **changes: object) -> None:
        ImportBatch.objects.filter(pk=batch_id).move(state, **changes)
        connection.close()  # the child has a connection of its own

    from django.db.models import F  # noqa: PLC0415
    from django.db.models.functions import Now  # noqa: PLC0415

    begin(ImportState.READING, region="IN", sample=[])
    measured("read", rows, turns.run)
    begin(ImportState.WRITING, confirmed_at=Now())
    measured("written", rows, turns.run)
    begin(ImportState.UNDOING, last_row_id=F("first_event_id") - 1)
    measured("undone", rows, turns.run)
    batch = ImportBatch.objects.get(pk=batch_id)
    counts = (batch.rows, batch.refused, batch.fresh, batch.merged, batch.taken_back, batch.kept)
    print(f"  {batch.state}: rows, refused, new, known, undone, kept: {counts}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 1_000_000])
    arguments = parser.parse_args()
    with migrated(WORKERS="1") as here:
        cookies = cookies_of_admin()
        for rows in arguments.rows:
            with served(here.database_pid) as site:
                batch_id = upload(site, cookies, rows)
            work(batch_id, rows)


if __name__ == "__main__":
    main()
