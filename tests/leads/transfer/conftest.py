import pytest

from leads.transfer.importing import turns


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """Requests finish what they begin, on a busy machine too. Tests of the worker end them at
    once."""
    monkeypatch.setattr(turns, "AT_ONCE_SECONDS", 60)


@pytest.fixture
def office(sales_manager, browser_of):
    """The browser of a manager, who may import."""
    return browser_of(sales_manager)
