"""Esha registers by e-mail; her number is Dave's unless she says otherwise."""

import pytest

from accounts.models import User
from tests.cast import DAVE

PASSWORD = "monsoon-tabla-42"
ESHA = {
    "email": "esha@example.com",
    "phone": DAVE,
    "first_name": "Esha",
    "last_name": "Nair",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
}


class Users:
    """`/api/users/*` as an app sees it."""

    def __init__(self, api) -> None:
        self.api = api

    def post(self, name, data=None, token=None):
        return self.api.post(f"/api/users/{name}/", data, token=token)

    def register(self, **other):
        return self.post("register", ESHA | other)

    def log_in(self, email=ESHA["email"], password=PASSWORD):
        return self.post("login", {"email": email, "password": password})

    def me(self, token):
        return self.api.get("/api/users/me/", token=token).json()["data"]


@pytest.fixture
def users(api, db) -> Users:
    return Users(api)


@pytest.fixture
def esha(users) -> str:
    """Registered, nothing verified: her token."""
    return users.register().json()["token"]


@pytest.fixture
def verified(users, esha, sms) -> str:
    """Registered, and has proven her number: her token."""
    users.post("send-phone-otp", {"phone": DAVE})
    code = {"phone": DAVE, "otp": sms.last_code(DAVE)}
    assert users.post("verify-phone-otp", code, esha).status_code == 200
    return esha


def user() -> User:
    return User.objects.get(email=ESHA["email"])


def refused(response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def refused_with(response, status: int, code: str) -> None:
    assert refused(response) == (status, code)
    assert response.json()["success"] is False
    if status == 401:
        assert response["WWW-Authenticate"].startswith("Bearer")


def broken(response) -> set[tuple[str, str]]:
    """The broken rules of a 422: field and code."""
    assert response.status_code == 422, response.content
    return {(error["field"], error["code"]) for error in response.json()["errors"]}
