"""`/api/auth` and `/api/users` are two doors of one machine: the same mistakes get the same
answers, and neither has a second copy of what the other says."""

import ast
import inspect

import pytest

from accounts.email_accounts import api as api_users
from accounts.passwords import api as api_passwords
from accounts.sessions import api as sessions_api
from accounts.signin import api
from tests.accounts.conftest import ESHA, refused
from tests.cast import DAVE
from tests.codes import wrong
from tests.each import each

VERIFY_PHONE = ("send-phone-otp", "verify-phone-otp")
RESET = ("password-reset", "password-reset/confirm")
NEW = "harmonium-ghat-77"
OTHER = {"password": NEW, "password_confirm": NEW}


class AuthDoor:
    def __init__(self, api):
        self.api = api

    def ask(self):
        return self.api.post("/api/auth/signup", {"phone_number": DAVE})

    def guess(self, code):
        body = {"phone_number": DAVE, "otp_code": code}
        return self.api.post("/api/auth/verify-otp", body)


class UsersDoor(AuthDoor):
    verbs = VERIFY_PHONE

    def ask(self):
        return self.api.post(f"/api/users/{self.verbs[0]}/", {"phone": DAVE})

    def guess(self, code):
        body = {"phone": DAVE, "otp": code} | OTHER
        return self.api.post(f"/api/users/{self.verbs[1]}/", body)


class ResetDoor(UsersDoor):
    verbs = RESET


DOORS = [AuthDoor, UsersDoor, ResetDoor]


@pytest.fixture(params=DOORS)
def door(request, api, sms, db):
    """A door at which a number asks for codes; before that, somebody claimed it."""
    assert api.post("/api/users/register/", ESHA).status_code == 201
    return request.param(api)


def test_a_code_that_was_never_requested_is_not_found(door):
    assert refused(door.guess("482913")) == (400, "otp_not_found")


def test_the_third_wrong_code_locks_the_challenge(door, sms):
    door.ask()
    right = sms.last_code(DAVE)
    answers = [door.guess(wrong(right)) for _ in range(3)]
    assert [refused(answer) for answer in answers] == [(400, "otp_invalid")] * 3
    assert answers[0].json()["message"] == "Invalid OTP. 2 attempts remaining"
    assert refused(door.guess(right)) == (429, "otp_attempts_exceeded")


def test_a_code_expires_after_ten_minutes(door, sms, travel):
    door.ask()
    travel(601)
    assert refused(door.guess(sms.last_code(DAVE))) == (400, "otp_expired")


def test_a_code_of_another_length_is_refused(door, sms):
    door.ask()
    [error] = door.guess("12345678").json()["errors"]
    length = len(sms.last_code(DAVE))
    assert error["message"] == f"Enter the {length} digits of the code."


def test_a_second_code_too_soon_is_refused(door, sms):
    assert door.ask().status_code == 200
    again = door.ask()
    assert refused(again) == (429, "resend_too_soon")
    assert again.json()["retry_after"] == 30
    assert again.headers["Retry-After"] == "30"


def test_a_provider_that_does_not_answer_is_an_error(door, sms):
    sms.behaviour = 20500
    assert refused(door.ask()) == (503, "sms_unavailable")


@each("typed", ["", "12a4", "123"])
def test_a_text_that_is_not_a_code_is_refused(door, sms, typed):
    answer = door.guess(typed)
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == ["invalid"]


def statements_of(module) -> dict[str, str]:
    """The functions of a module, as code without their names and docstrings."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef):
            body = [one for one in node.body if not _is_docstring(one)]
            found[node.name] = "\n".join(ast.unparse(one) for one in body)
    return found


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_the_second_api_repeats_no_operation_of_the_first():
    ours = statements_of(api_users) | statements_of(api_passwords)
    theirs = statements_of(api) | statements_of(sessions_api)
    assert set(ours.values()) & set(theirs.values()) == set()
    shared = {"/logout/": sessions_api.logout, "/token/refresh/": sessions_api.refresh}
    for path, operation in shared.items():
        [view] = api_users.router.path_operations[path].operations
        assert view.view_func is operation
