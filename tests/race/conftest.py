import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection


@pytest.fixture
def together():
    """`together(50, work)`: the results of work(0) … work(49), begun at one moment in 50 threads,
    each on a connection of its own."""

    def run(count: int, work: Callable[[int], Any]) -> list[Any]:
        barrier = threading.Barrier(count)
        results: list[Any] = [None] * count

        def one(number: int) -> None:
            try:
                connection.ensure_connection()
                barrier.wait(30)
                results[number] = work(number)
            except Exception as error:
                results[number] = error
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return results

    return run
