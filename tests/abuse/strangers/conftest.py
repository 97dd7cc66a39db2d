import pytest

from tests.abuse.strangers.phones import DAY, Phone
from tests.accounts.conftest import ESHA


@pytest.fixture
def known(alice, api, sms, travel):
    """Alice's phone, which signed in weeks ago."""
    phone = Phone(api, sms, "192.0.2.1")
    assert phone.sign_in().status_code == 200
    travel(29 * DAY)
    return phone


@pytest.fixture
def new_phone(api, sms):
    """Another phone of Alice's, on which nobody ever signed in."""
    return Phone(api, sms, "192.0.2.2")


@pytest.fixture
def stranger(api, sms):
    return Phone(api, sms, "198.51.100.7")


@pytest.fixture
def esha(api, db):
    """Registered with e-mail and password; nobody keeps what the answer brought."""
    api.post("/api/users/register/", ESHA)


@pytest.fixture
def patient():
    """Whoever guesses has as many networks as guesses; the limit of the name is what is left."""
    return (f"198.51.{n // 250}.{n % 250}" for n in range(10**6))
