import pytest


@pytest.fixture
def office(sales_manager, browser_of):
    """The browser of a manager, who may import."""
    return browser_of(sales_manager)
