from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from accounts.messaging.dispatcher import SLOTS, provider_slots


@pytest.fixture
def no_free_slots() -> AbstractContextManager[None]:
    """`with no_free_slots:` as many requests wait for the provider as may."""

    @contextmanager
    def taken() -> Iterator[None]:
        assert all(provider_slots.acquire(blocking=False) for _ in range(SLOTS))
        try:
            yield
        finally:
            provider_slots.release(SLOTS)

    return taken()
