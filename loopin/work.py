"""What happens by itself: each app registers its chores, and `manage.py work` does them in turn."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Chore:
    """Something to do every so often. It may run in several processes at once, so it locks what it
    works on, and it may be stopped at any point."""

    name: str
    run: Callable[[], object]
    every_seconds: float


registered: list[Chore] = []


def register(name: str, run: Callable[[], object], *, every_seconds: float) -> None:
    """`register("webhooks", deliver, every_seconds=1)`: that is all a chore needs."""
    registered.append(Chore(name, run, every_seconds))
