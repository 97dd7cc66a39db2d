import pytest


@pytest.fixture(autouse=True)
def _second_factor_is_required(settings):
    settings.STAFF_REQUIRE_2FA = True
