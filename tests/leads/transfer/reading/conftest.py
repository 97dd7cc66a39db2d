"""Numbers have to exist, as they have to in production."""

import pytest


@pytest.fixture(autouse=True)
def numbers_have_to_exist(settings):
    settings.PHONE_VALIDATION = "valid"
