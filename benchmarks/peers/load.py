"""Drives the load program (load.c)."""

import json
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.message import Request
from benchmarks.peers.clients import on_the_wire
from benchmarks.peers.folders import SCRATCH
from benchmarks.peers.software import LOAD

CONNECTIONS = 16


@dataclass(frozen=True)
class Load:
    """`p50` and `p99` are in milliseconds, `own_cpu` is the load's, in seconds."""

    count: int
    failed: int
    seconds: float
    p50: float
    p99: float
    own_cpu: float
    statuses: dict[str, int]
    answers: dict[int, bytes]
    """By the number of the request."""

    def wrong(self, status: int) -> int:
        """How many requests got another answer, or none."""
        return self.count - self.statuses.get(str(status), 0) + self.failed


def drive(
    port: int,
    requests: Sequence[Request],
    seconds: float,
    *,
    connections: int = CONNECTIONS,
    starts_over: bool = False,
    is_kept: bool = False,
) -> Load:
    """Send requests for so long, each once unless they start over; keep answers if asked for."""
    sent, kept = SCRATCH / "requests", SCRATCH / "answers"
    with sent.open("wb") as file:
        for request in requests:
            wire = on_the_wire(request)
            file.write(struct.pack("<I", len(wire)) + wire)
    words = [LOAD, port, connections, seconds, sent, kept if is_kept else "-"]
    words.append("again" if starts_over else "once")
    told = subprocess.run([str(w) for w in words], stdout=subprocess.PIPE, check=True).stdout
    return Load(**json.loads(told), answers=dict(_answers(kept.read_bytes())) if is_kept else {})


def _answers(written: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(written):
        number, length = struct.unpack_from("<II", written, at)
        found.append((number, written[at + 8 : at + 8 + length]))
        at += 8 + length
    return found
