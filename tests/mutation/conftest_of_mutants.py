"""The outermost conftest of a mutated copy of the project (tests/mutation/__main__.py).

The tests run in processes that are forked from one in which all is imported. So what a test process
usually does first has been done, or is done here once more because a fork does not inherit it.
"""

import gc

import pytest
from django.conf import settings

import loopin.urls  # noqa: F401  takes its second before the fork
from tests import answers, twilio
from tests.settings import PROVIDER

answers.document()
gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that need no database come first: the first test that fails is the last that runs."""
    items.sort(key=lambda item: "_django_db_helper" in getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    """Collecting garbage among all that is imported takes longer than most tests."""
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None) -> None:
    """`DATABASE_URL` names a database that has its tables."""


@pytest.fixture(scope="session", autouse=True)
def _provider_of_this_process() -> None:
    twilio.serve(PROVIDER)
    settings.TWILIO_API_URL = PROVIDER.url
