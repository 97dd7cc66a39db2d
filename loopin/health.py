"""Whether this process can serve."""

from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout

from django.db import Error, connection

TIMEOUT_SECONDS = 2

_prober = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")


def is_database_answering() -> bool:
    """Whether the database answers within 2 s.

    The probe has a thread and a connection of its own, so a stuck database cannot hold a worker.
    """
    try:
        _prober.submit(_probe).result(timeout=TIMEOUT_SECONDS)
    except (Error, FutureTimeout):
        return False
    return True


def _probe() -> None:
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
