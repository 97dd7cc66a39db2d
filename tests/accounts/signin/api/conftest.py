import pytest


@pytest.fixture
def sign_in(api, sms, db):
    """`sign_in("+91…")`: the answer to the right code."""

    def run(phone_number, verb="signup", verify="verify-otp"):
        assert api.post(f"/api/auth/{verb}", {"phone_number": phone_number}).status_code == 200
        code = sms.last_code(phone_number)
        return api.post(f"/api/auth/{verify}", {"phone_number": phone_number, "otp_code": code})

    return run
