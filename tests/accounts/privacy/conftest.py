import pytest

from tests.cast import ALICE, PROFILE


@pytest.fixture
def customer(api, sms, db):
    """Alice, who came the whole way through the API: what she was last answered."""
    number = {"phone_number": ALICE}
    api.post("/api/auth/signup", number)
    body = number | {"otp_code": sms.last_code(ALICE)}
    answer = api.post("/api/auth/verify-otp", body, REMOTE_ADDR="203.0.113.7").json()
    profile = PROFILE | {"email": "alice@example.com", "bio": "Sings.", "location": "Pune"}
    api.post("/api/auth/complete-profile", profile, token=answer["token"])
    return answer
