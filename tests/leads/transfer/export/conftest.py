import pytest


@pytest.fixture
def desk(sales_manager, browser_of):
    return browser_of(sales_manager)


@pytest.fixture
def full_desk(sales_admin, browser_of):
    return browser_of(sales_admin)
