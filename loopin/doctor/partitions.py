"""Examines whether tables have partitions for the months to come."""

from collections.abc import Iterator

from django.core.checks import CheckMessage, Warning

from loopin.doctor.registry import examination
from loopin.partitions import months


@examination("partitions")
def months_are_made_ahead() -> Iterator[CheckMessage]:
    if tables := months.lacking():
        yield Warning(
            f"{', '.join(tables)}: hardly a month is left ahead. Later rows lie together in one"
            " partition until a worker makes their months.",
            hint="Look for the errors of the worker's task `months of tables` in its log.",
            id="loopin.W180",
        )
