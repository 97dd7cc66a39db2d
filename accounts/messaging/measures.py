"""Counts and measures what the provider of messages does with them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from loopin.metrics.declarations import Counter, Gauge, Histogram, Label

ACCEPTED = "accepted"
NUMBER_REFUSED = "number_refused"
REFUSED = "refused"
FAILED = "failed"
NO_SLOT = "no_slot"
OUTCOMES = (ACCEPTED, NUMBER_REFUSED, REFUSED, FAILED, NO_SLOT)

NO_CODE = "none"

MESSAGES = Counter(
    "loopin_provider_messages_total",
    "Messages to phones, by what the provider made of them: `accepted`; `number_refused`, which no"
    " message reaches; `refused` for a reason of the site's; `failed` without an answer; `no_slot`:"
    " too many waited already.",
    Label("outcome", "what became of it", OUTCOMES),
)
REFUSALS = Counter(
    "loopin_provider_refusals_total",
    "Messages that the provider refused, by its own code.",
    Label("code", "of the provider, if Loopin knows it, else `other` or `none`"),
)
SECONDS = Histogram("loopin_provider_seconds", "How long the provider took to answer.")
LAST_SUCCESS = Gauge(
    "loopin_provider_last_success_timestamp_seconds",
    "When the provider last took a message; 0 since the start for never.",
    mode="max",
)
SLOTS = Gauge(
    "loopin_provider_slots", "How many messages may be with the provider at once.", mode="livesum"
)
SLOTS_BUSY = Gauge(
    "loopin_provider_slots_busy", "How many messages are with the provider.", mode="livesum"
)


@contextmanager
def waiting(slots: int) -> Iterator[None]:
    """Measure how long the provider takes, whatever it answers. `slots`: how many may be there."""
    began = time.perf_counter()
    SLOTS.set(slots)
    SLOTS_BUSY.add(1)
    try:
        yield
    finally:
        SLOTS_BUSY.add(-1)
        SECONDS.observe(time.perf_counter() - began)


def count_accepted() -> None:
    MESSAGES.count(ACCEPTED)
    LAST_SUCCESS.set(time.time())


def count_refused(code: str, *, is_final: bool) -> None:
    MESSAGES.count(NUMBER_REFUSED if is_final else REFUSED)
    REFUSALS.count(code or NO_CODE)
