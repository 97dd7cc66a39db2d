"""A candidate's turn: each operation after a warm-up, with what an operation before it left."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.message import Request
from benchmarks.peers.candidates import PORT, Candidate
from benchmarks.peers.databases import Databases
from benchmarks.peers.folders import CODES
from benchmarks.peers.load import CONNECTIONS, Load, drive
from benchmarks.peers.results import OPERATIONS, Measured, Result
from benchmarks.peers.running import Running, running
from benchmarks.site import codes_in, cpu_between

WARM_UP_SECONDS = 2.0
"""Node compiles what it has seen often enough, the others prepare statements."""

READ_SHARE = 0.75
"""What reads gets less time: it is faster, so as much is sent."""

MOST_PER_SECOND = 6000
READERS = 1500
LATEST = 3000
WRONG_AT_MOST = 0.01

# Long steps through the block, as people from everywhere; not those of the leads that are there.
_numbers = (f"+9198{n * 38_196_601 % 10**8:08}" for n in itertools.count())


@dataclass(frozen=True)
class Challenge:
    number: str
    code: str
    asked: bytes


class Turn:
    """What people have from one operation to the next: a code, then a token."""

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self._client = candidate.client
        self._challenges: list[Challenge] = []
        self._profiles: list[Request] = []

    def run(self, operation: str, seconds: float, *, only: int = 0) -> Load:
        """For so long, or one after the other `only` so many times."""
        run: Any = {"code": self._ask, "verify": self._verify}.get(operation, self._read)
        load: Load = run(operation, seconds, only)
        return load

    def status_of(self, operation: str) -> int:
        return self._client.asked_status if operation == "code" else 200

    def check(self, operation: str, done: Load) -> None:
        """Raises RuntimeError if there are too many wrong answers: the figures mean nothing.

        A few are right: one of very many numbers may be known already.
        """
        if not done.count or done.wrong(self.status_of(operation)) > done.count * WRONG_AT_MOST:
            answers = f"{done.statuses}, {done.failed} failed"
            raise RuntimeError(f"{self.candidate.name}, {operation}: answers were {answers}")

    def complete_profiles(self) -> None:
        """Those who will read theirs; before any is read, and not measured."""
        self._profiles = self._profiles[-READERS:]
        completions = [self._client.complete(profile) for profile in self._profiles]
        sent = [completion for completion in completions if completion]
        if sent:
            done = drive(PORT, sent, 60, connections=8)
            if done.wrong(200):
                raise RuntimeError(f"Profiles were not taken: {done.statuses}")

    def _ask(self, _: str, seconds: float, only: int) -> Load:
        count = only or int(seconds * MOST_PER_SECOND)
        numbers = list(itertools.islice(_numbers, count))
        requests = [self._client.ask(number) for number in numbers]
        done = drive(PORT, requests, seconds, is_kept=True, connections=1 if only else CONNECTIONS)
        codes = self._codes()
        asked = [(numbers[index], answer) for index, answer in done.answers.items()]
        self._challenges += [Challenge(n, codes[n], a) for n, a in asked if n in codes]
        return done

    def _verify(self, _: str, seconds: float, only: int) -> Load:
        used = self._challenges[:only] if only else self._challenges
        requests = [self._client.verify(one.number, one.code, one.asked) for one in used]
        done = drive(PORT, requests, seconds, is_kept=True, connections=1 if only else CONNECTIONS)
        # Connections take requests in turn, so those of the last ones may be under way at the end.
        self._challenges = self._challenges[len(done.answers) + CONNECTIONS :]
        verified = [answer for answer in done.answers.values() if answer[9:12] == b"200"]
        self._profiles += [self._client.profile(answer) for answer in verified]
        return done

    def _read(self, operation: str, seconds: float, only: int) -> Load:
        requests: Sequence[Request] = self._profiles[-LATEST:]
        if operation != "profile":
            requests = [self._client.list() if operation == "list" else self._client.hello()]
        if only:
            requests = list(itertools.islice(itertools.cycle(requests), only))
            return drive(PORT, requests, seconds, connections=1)
        return drive(PORT, requests, seconds, starts_over=True)

    def _codes(self) -> dict[str, str]:
        if self.candidate.is_ours:
            return codes_in(self.candidate.log)
        return dict(line.split() for line in CODES.read_text().splitlines())


def begin(candidate: Candidate, databases: Databases) -> None:
    """What was there before is written out, so that it is not written meanwhile."""
    (candidate.log if candidate.is_ours else CODES).write_text("")
    for table in candidate.emptied:
        databases.run(f"TRUNCATE {table} CASCADE", candidate.database)
    databases.run("VACUUM ANALYZE", candidate.database)
    databases.run("CHECKPOINT")


def measure(candidate: Candidate, databases: Databases, result: Result, seconds: float) -> None:
    """Add a round to the result. Raises RuntimeError if many answers are wrong."""
    begin(candidate, databases)
    turn = Turn(candidate)
    with running(candidate, databases.socket_folder, databases.pid) as server:
        for operation in OPERATIONS:
            if operation == "profile":
                turn.complete_profiles()
            turn.run(operation, WARM_UP_SECONDS)
            share = 1 if operation in {"code", "verify"} else READ_SHARE
            measured = _measure(turn, operation, seconds * share, server)
            result.rounds.setdefault(operation, []).append(measured)
        memory = server.memory()
    result.memory.append(memory.peak)
    result.memory_shared_once.append(memory.shared_once)


def _measure(turn: Turn, operation: str, seconds: float, server: Running) -> Measured:
    before = server.cpu()
    done = turn.run(operation, seconds)
    after = server.cpu()
    turn.check(operation, done)
    cpu = cpu_between(before, after)
    server_cpu, database_cpu = (seconds / done.count * 1e6 for seconds in cpu)
    return Measured(
        rate=round(done.count / done.seconds, 1),
        p50=round(done.p50, 2),
        p99=round(done.p99, 2),
        server_cpu=round(server_cpu),
        database_cpu=round(database_cpu),
        count=done.count,
        wrong=done.wrong(turn.status_of(operation)),
    )
