"""The addresses of the first version, and the methods that an address takes."""

from tests.accounts.signin.api.steps import SENT
from tests.cast import DAVE
from tests.each import each


def test_version_1_addresses_answer_the_same_and_say_they_are_old(api, sms, db):
    response = api.post("/auth/signup", {"phone_number": DAVE})
    assert response.status_code == 200
    assert response.json()["message"] == SENT
    assert response["Deprecation"].startswith("@")
    assert response["Sunset"].endswith("GMT")
    assert response["Link"] == '</api/auth/signup>; rel="successor-version"'
    data = {"phone_number": DAVE, "otp_code": sms.last_code(DAVE)}
    token = api.post("/auth/verify-otp", data).json()["token"]
    assert api.get("/auth/profile", token=token).json()["phone_number"] == DAVE
    assert api.get("/auth/nothing").json()["code"] == "not_found"
    assert api.get("/auth/signup").status_code == 405


@each("path", ["/auth/profile", "/auth/nothing", "/auth/%0d%0aX-Evil:%201", "/auth/é%3E"])
def test_version_1_errors_have_the_deprecation_header_too(api, db, path):
    response = api.get(path)
    assert response.status_code in (401, 404)
    assert response["Deprecation"].startswith("@")
    assert response["Sunset"].endswith("GMT")
    assert response["Link"].startswith("</api/auth/")
    assert "X-Evil" not in response


def test_head_is_answered_like_get(api, db):
    assert api.request("HEAD", "/api/").status_code == 200
    assert api.request("HEAD", "/api/auth/event-interests").status_code == 200
    assert api.request("HEAD", "/api/auth/signup").status_code == 405
