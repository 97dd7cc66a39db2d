import pytest

from accounts import signals
from tests.cast import ALICE


@pytest.fixture
def sign_in(api, sms, alice, travel):
    """`sign_in()`: what Alice's app is answered when she signs in on one more device."""

    def verify(user_agent="Loopin/2.1 (iPhone; iOS 17.5)", **extra):
        travel(31)
        api.post("/api/auth/login", {"phone_number": ALICE})
        body = {"phone_number": ALICE, "otp_code": sms.last_code(ALICE)}
        headers = {"User-Agent": user_agent}
        return api.post("/api/auth/verify-login", body, headers=headers, **extra).json()

    return verify


@pytest.fixture
def refresh(api):
    def renew(refresh_token):
        return api.post("/api/auth/refresh", {"refresh_token": refresh_token})

    return renew


@pytest.fixture
def reuses():
    """Each reuse of a refresh token that was announced."""
    told = []

    def listen(sender, **facts):
        told.append((facts["user_id"], facts["session_id"]))

    signals.refresh_reused.connect(listen)
    yield told
    signals.refresh_reused.disconnect(listen)
