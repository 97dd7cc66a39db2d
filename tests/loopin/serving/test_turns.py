"""Few connections for however many requests, and none of them in two hands."""

import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from loopin.serving import turns
from loopin.serving.turn import ConnectionIsShared, this_thread
from loopin.serving.turns import Turns
from loopin.sql import fetch_row
from tests.waiting import eventually

pytestmark = pytest.mark.django_db(transaction=True)

USUAL, MOST, THREADS = 2, 4, 12
BACKEND = "SELECT pg_backend_pid()"


@pytest.fixture
def queue():
    """Turns as a web process has them. The threads stay until the tests end, and do nothing."""
    queue = turns.begin(USUAL, MOST, THREADS)
    yield queue
    turns._process.turns = None
    closed = threading.Barrier(queue._count + 1)

    def close() -> None:
        connections.close_all()
        closed.wait(30)

    for _ in range(queue._count):
        queue.submit(close)
    closed.wait(30)


class Jobs:
    """What jobs have done, and a gate at which they wait."""

    def __init__(self, queue: Turns) -> None:
        self.queue = queue
        self.backends: list[int] = []
        self.done: list[int] = []
        self.gate = threading.Event()

    def submit(self, count: int, wait: bool) -> None:
        for number in range(count):
            self.queue.submit(lambda number=number: self._run(number, wait))

    def _run(self, number: int, wait: bool) -> None:
        self.backends += fetch_row(BACKEND, [])
        if wait:
            with turns.given_back():
                self.gate.wait(30)
            self.backends += fetch_row(BACKEND, [])
        self.done.append(number)


def test_requests_that_wait_leave_their_connections_to_others(queue):
    jobs = Jobs(queue)
    jobs.submit(THREADS - USUAL, wait=True)
    jobs.submit(5, wait=False)
    eventually(lambda: len(jobs.done) == 5, failure="those that wait keep others waiting")
    jobs.gate.set()
    eventually(lambda: len(jobs.done) == THREADS - USUAL + 5, failure="some never went on")
    assert len(set(jobs.backends)) <= USUAL


def test_where_as_many_wait_as_may_the_others_keep_their_turns(queue):
    jobs = Jobs(queue)
    jobs.submit(3 * THREADS, wait=True)
    eventually(lambda: len(jobs.backends) >= THREADS, failure="too few began")
    jobs.gate.set()
    eventually(lambda: len(jobs.done) == 3 * THREADS, failure="some never went on")
    assert len(set(jobs.backends)) <= MOST


def test_turns_that_hang_are_joined_by_others_and_go_again(queue):
    jobs, stuck = Jobs(queue), threading.Event()
    for _ in range(USUAL):
        queue.submit(lambda: stuck.wait(30))
    jobs.submit(3, wait=False)
    eventually(lambda: len(jobs.done) == 3, failure="what hangs keeps others waiting")
    stuck.set()
    jobs.submit(20, wait=False)
    eventually(lambda: len(jobs.done) == 23, failure="not all were done")
    eventually(lambda: queue._count == USUAL, failure="more turns than usual stayed")


def test_a_transaction_keeps_its_connection(queue):
    seen = []

    def work() -> None:
        with transaction.atomic():
            before = fetch_row(BACKEND, [])
            with turns.given_back():
                seen.append(this_thread.turn is not None)
            seen.append(fetch_row(BACKEND, []) == before)
            with pytest.raises(ConnectionIsShared):
                this_thread.turn.leave()

    queue.submit(work)
    eventually(lambda: seen == [True, True], failure="the transaction lost its connection")


def test_who_has_given_a_turn_back_cannot_use_its_connection(queue):
    raised = []

    def work() -> None:
        with turns.given_back():
            try:
                fetch_row(BACKEND, [])
            except DatabaseError as error:
                raised.append(type(error))
        raised.append(fetch_row("SELECT 1", []))

    queue.submit(work)
    eventually(lambda: raised == [DatabaseError, (1,)], failure="somebody else's connection")


def test_a_job_that_fails_keeps_nobody_s_turn(queue, caplog):
    def fail() -> None:
        raise RuntimeError("broken")

    for _ in range(5 * MOST):
        queue.submit(fail)
    jobs = Jobs(queue)
    jobs.submit(1, wait=False)
    eventually(lambda: jobs.done == [0], failure="turns were lost")


def test_other_threads_take_turns_too(queue):
    backends = []

    def settle() -> None:
        with turns.taken(), turns.taken():
            backends.extend(fetch_row(BACKEND, []))

    threads = [threading.Thread(target=settle) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(backends), len(set(backends)) <= MOST) == (10, True)


def test_without_turns_a_thread_has_connections_of_its_own():
    with turns.taken(), turns.given_back():
        assert fetch_row("SELECT 1", []) == (1,)
    assert connection.connection is not None
