"""What is known of the request that is being answered: who asks, what was refused, and where its
time went. The line of the request has it, and what is logged, reported or traced meanwhile too."""

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

SESSION_DIGITS = 8
"""How much of a session's id a line has: enough to find its row, which has the whole id."""


@dataclass
class RequestFacts:
    """`request_id` is "-" outside of any request. `client_ip`: "" if it cannot be read. `code`: the
    error code of a refusal. `trace_id`: "" where nothing is traced."""

    request_id: str = "-"
    client_ip: str = ""
    user_id: int | None = None
    session: str = ""
    code: str = ""
    trace_id: str = ""
    provider_seconds: float = 0


OUTSIDE = RequestFacts()
"""Stands for no request; nothing is ever noted in it."""

_current: ContextVar[RequestFacts] = ContextVar("request_facts", default=OUTSIDE)


class DatabaseTime(threading.local):
    """How long this thread has waited for the database, and how often it has asked."""

    seconds: float = 0
    asked: int = 0


database_time = DatabaseTime()


def current() -> RequestFacts:
    """Of the request that this code answers; empty outside of any."""
    return _current.get()


told_of_begin: list[Callable[[RequestFacts], None]] = []
"""Who wants to know of each request that begins: reports and traces, where they are on."""


def begin(facts: RequestFacts) -> None:
    _current.set(facts)
    for tell in told_of_begin:
        tell(facts)


def end() -> None:
    _current.set(OUTSIDE)


def note_caller(user_id: int, session_id: UUID | str | None = None) -> None:
    """Note who asks, once it is proven. `session_id`: None for tokens and keys of programs."""
    facts = _current.get()
    if facts is not OUTSIDE:
        facts.user_id = user_id
        facts.session = str(session_id or "")[:SESSION_DIGITS]


def note_refusal(code: str) -> None:
    """Note the error code that the answer has, or that the page shows."""
    facts = _current.get()
    if facts is not OUTSIDE:
        facts.code = code


@contextmanager
def at_the_provider() -> Iterator[None]:
    """Count the time of the block as time that the request waited for a provider of messages."""
    began = time.perf_counter()
    try:
        yield
    finally:
        facts = _current.get()
        if facts is not OUTSIDE:
            facts.provider_seconds += time.perf_counter() - began


@receiver(connection_created)
def _time_connection(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Time everything that psycopg waits for on a new connection, COMMIT included.

    All of it goes through `wait`, once for each time that the server is asked. That costs 0.6 µs,
    as much as a wrapper of Django's (`execute_wrapper`), which sees no COMMIT.
    """
    server: Any = connection.connection
    server.wait = _timed(type(server).wait, server)


def _timed(wait: Callable[..., Any], server: Any) -> Callable[..., Any]:
    """The connection is not kept by its own attribute: it closes when its thread ends."""
    clock, spent, server_of = time.perf_counter, database_time, weakref.ref(server)

    def timed(*args: Any, **kwargs: Any) -> Any:
        began = clock()
        try:
            return wait(server_of(), *args, **kwargs)
        finally:
            spent.seconds += clock() - began
            spent.asked += 1

    return timed
