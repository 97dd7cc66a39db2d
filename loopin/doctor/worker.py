"""Examines whether somebody does what happens by itself: webhooks, follow-ups, clearing away."""

from collections.abc import Iterator

from django.core.checks import CheckMessage, Error

from loopin.background.heartbeat import is_late, worker_age
from loopin.doctor.registry import examination


@examination("worker")
def worker_is_at_work() -> Iterator[CheckMessage]:
    if is_late(age := worker_age()):
        since = "ever with this database" if age is None else f"for {age:.0f} seconds"
        yield Error(
            f"No worker has been at work {since}: webhooks wait, and nothing is cleared away.",
            hint="Start one, and keep it running: python manage.py work",
            id="loopin.E160",
        )
