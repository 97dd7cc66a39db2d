"""Examines the clock, by which codes expire, tokens count and authenticator apps agree."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.core.checks import CheckMessage, Error, Warning

from loopin.doctor.registry import examination
from loopin.sql import fetch_row

MOST_APART = timedelta(seconds=5)
"""A code of an authenticator app counts for 30 seconds and is taken one step late (RFC 6238 §5.2),
so that a few seconds do no harm."""


def compare(told: datetime, whose: str) -> Iterator[CheckMessage]:
    """Hold another machine's time, in UTC, against this one's."""
    apart = abs(datetime.now(UTC) - told)
    if apart > MOST_APART:
        yield Error(
            f"This machine's clock and that of {whose} are {apart.total_seconds():.0f} s apart.",
            hint="Let a time service set the clock: apt-get install systemd-timesyncd.",
            id="loopin.E130",
        )


@examination("clock")
def database_has_the_same_time() -> Iterator[CheckMessage]:
    if row := fetch_row("SELECT clock_timestamp()", []):
        yield from compare(row[0], "the database")


@examination("clock")
def clock_is_set_by_a_service() -> Iterator[CheckMessage]:
    """Where systemd knows. In a container it is the host's affair."""
    if (command := shutil.which("timedatectl")) is None:
        return
    asked = [command, "show", "--property=NTPSynchronized", "--value"]
    told = subprocess.run(asked, capture_output=True, text=True, timeout=5, check=False)  # noqa: S603
    if told.stdout.strip() == "no":
        yield Warning(
            "No time service sets this machine's clock.",
            hint="apt-get install systemd-timesyncd, or chrony.",
            id="loopin.W130",
        )
