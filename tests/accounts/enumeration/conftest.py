import pytest

from accounts.models import User
from tests.accounts.conftest import PASSWORD


@pytest.fixture
def unified(settings, sms, alice, bob):
    """Alike answers; Alice is a customer with a password, Bob has proven his number."""
    settings.UNIFIED_SIGNUP = True
    User.objects.filter(pk=alice.pk).update(email="alice@example.com")
    alice.refresh_from_db()
    alice.set_password(PASSWORD)
    alice.save()
