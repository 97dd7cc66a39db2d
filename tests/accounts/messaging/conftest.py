from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from accounts.messaging.delivery import provider_slots


@pytest.fixture
def no_free_slots(settings) -> AbstractContextManager[None]:
    """`with no_free_slots:` as many requests wait for the provider as may."""

    @contextmanager
    def taken() -> Iterator[None]:
        slots = settings.WORKER_THREADS // 2
        assert all(provider_slots.acquire(blocking=False) for _ in range(slots))
        try:
            yield
        finally:
            provider_slots.release(slots)

    return taken()
