"""Hands messages with codes over in threads of their own, so that a slow provider holds no thread
that serves, and no connection to the database.

Whoever asks waits for about a second, within which nearly every provider answers. Where it takes
longer, the answer is that the message is on its way, and this goes on.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial

from django.conf import settings

from accounts.messaging import measures
from accounts.messaging.outcomes import Outcome
from loopin.background.after_commit import attempt
from loopin.serving import turns

SLOTS = 64
"""So many messages of a process are with the provider at once. With one that takes 0.4 s, that is
160 a second; who comes beyond is told that no message can be sent, before there is a code."""

logger = logging.getLogger(__name__)

provider_slots = threading.BoundedSemaphore(SLOTS)

_threads = ThreadPoolExecutor(SLOTS, "messages")
"""They start when they are needed. A process that ends waits for what they do."""


class NoSlot(Exception):
    """Too many messages wait for the provider."""


class Slot:
    """The place of one message. It is free again once the message was handed over."""

    def __init__(self, *, is_taken: bool) -> None:
        self._is_taken = is_taken

    @contextmanager
    def released_after_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        if self._is_taken:
            self._is_taken = False
            provider_slots.release()


def reserve() -> Slot:
    """Take a place before anything is written, so that nothing has to be undone. Raises NoSlot."""
    if not provider_slots.acquire(blocking=False):
        logger.warning("A message is not sent: too many wait for the provider")
        measures.MESSAGES.count(measures.NO_SLOT)
        raise NoSlot
    return Slot(is_taken=True)


class Handing:
    """A message that is being handed over by `send`, which needs no database.

    `settle` writes down what became of it, once: after a refusal that is known in time the thread
    that waits calls it, otherwise the one that has handed it over.
    """

    def __init__(
        self, send: Callable[[], Outcome], settle: Callable[[Outcome], object], slot: Slot
    ) -> None:
        self._send, self._settle = send, settle
        self._outcome: Outcome | None = None
        self._is_waited_for = True
        self._known = threading.Event()
        self._changing = threading.Lock()
        self._slot = slot
        with slot.released_after_error():
            hand_over = partial(attempt, "Handing a message over", self._run)
            _threads.submit(copy_context().run, hand_over)

    def wait(self) -> Outcome | None:
        """What became of it; None if that is not known in time.

        A process without turns serves nobody else meanwhile, and waits until it is known.
        """
        seconds = settings.MESSAGE_WAIT_SECONDS if turns.are_taken() else None
        with turns.given_back():
            self._known.wait(seconds)
        with self._changing:
            outcome, self._is_waited_for = self._outcome, False
        if outcome is not None and not _is_settled_there(outcome, is_waited_for=True):
            self._settle(outcome)
        return outcome

    def _run(self) -> None:
        try:
            outcome = self._send()
            with self._changing:
                self._outcome, is_waited_for = outcome, self._is_waited_for
        finally:
            self._slot.release()
            self._known.set()
        if _is_settled_there(outcome, is_waited_for=is_waited_for):
            self._settle(outcome)


def _is_settled_there(outcome: Outcome, *, is_waited_for: bool) -> bool:
    """Whether the thread that has handed the message over settles it: what nobody waits for, and
    what was accepted, which is written together with others."""
    return turns.are_taken() and (not is_waited_for or outcome.error is None)
