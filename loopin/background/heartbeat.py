"""Shows whether a worker is at work: each writes the time into one row every few seconds.

The row is in the database because web and worker may run on different hosts, and times are read
by the database's clock, so that no two clocks are compared.
"""

from loopin.sql import execute, fetch_row

EVERY_SECONDS = 5

LATE_SECONDS = 30
"""From this age on the worker counts as late: six beats are missing, more than a restart takes."""

BEAT = """
INSERT INTO loopin_workerheartbeat (id, beat_at) VALUES (1, clock_timestamp())
ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at
"""

AGE = "SELECT extract(epoch FROM clock_timestamp() - beat_at)::float8 FROM loopin_workerheartbeat"


def beat() -> None:
    """Write that a worker is at work; a periodic task of the worker."""
    execute(BEAT, [])


def worker_age() -> float | None:
    """Seconds since a worker was last at work; None if none ever was with this database."""
    row = fetch_row(AGE, [])
    return None if row is None else float(row[0])


def is_late(age: float | None) -> bool:
    """Whether nobody does the periodic tasks, by the age that `worker_age` gives."""
    return age is None or age > LATE_SECONDS
