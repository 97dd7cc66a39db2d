"""Logging out through the API."""

import pytest

from accounts.models import Session


def test_logout_ends_the_session_at_once(api, alice, token_of):
    token, other = token_of(alice), token_of(alice)
    response = api.post("/api/auth/logout", token=token)
    assert response.status_code == 200
    assert response.json()["message"] == "Logged out successfully"
    refused = api.get("/api/auth/profile", token=token)
    assert refused.status_code == 401
    assert refused.json()["code"] == "invalid_token"
    assert api.get("/api/auth/profile", token=other).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}])
def test_logout_without_a_session_succeeds(api, db, headers):
    response = api.post("/api/auth/logout", headers=headers)
    assert response.status_code == 200
    assert response.json() == {
        "success": True,
        "message": "Logged out successfully",
        "data": None,
        "token": None,
    }


def test_logout_ends_the_session_of_an_expired_token_too(api, alice, token_of, settings):
    token = token_of(alice)
    settings.JWT_ACCESS_TOKEN_EXPIRE_MINUTES = -1
    expired = token_of(alice)
    assert api.post("/api/auth/logout", token=expired).status_code == 200
    assert Session.objects.filter(revoked_at=None).count() == 1
    assert api.get("/api/auth/profile", token=token).status_code == 200
