"""The second factor behind the password: codes of the app, and recovery codes."""

import pytest

from accounts.models import AuthenticatorApp
from tests.accounts.staff import door
from tests.accounts.staff.door import CODES, ENROL, QR, SECOND
from tests.accounts.staff.sign_in.steps import is_in


def test_an_enrolled_password_does_not_enrol_again(staff):
    door.enrol(staff)
    browser = door.give_password(staff)
    for path in (ENROL, QR):
        assert browser.get(path)["Location"] == SECOND
    assert browser.post(ENROL, {"second_factor": "000000"})["Location"] == SECOND


def test_a_password_alone_opens_nothing(staff):
    door.enrol(staff)
    browser = door.give_password(staff)
    assert browser.get("/leads/")["Location"] == f"{SECOND}?next=/leads/"
    assert browser.get("/django/admin/")["Location"] == f"{SECOND}?next=/django/admin/"
    assert browser.get(CODES).status_code == 302
    assert b"Desk" not in browser.get("/signup/").content


def test_the_code_of_the_app_opens_the_door_once(staff):
    door.enrol(staff)
    code = door.app_code(staff)
    browser = door.give_password(staff)
    assert browser.post(f"{SECOND}?next=/django/admin/", {"second_factor": code})["Location"] == (
        "/django/admin/"
    )
    assert is_in(browser)
    again = door.give_password(staff)
    assert again.post(SECOND, {"second_factor": code}).status_code == 400
    assert not is_in(again)


@pytest.mark.parametrize("typed", [str, str.upper, lambda code: code.replace("-", " ")])
def test_a_recovery_code_opens_the_door_once(staff, typed):
    _, codes = door.enrol(staff)
    browser = door.give_password(staff)
    assert browser.post(SECOND, {"second_factor": typed(codes[3])}).status_code == 302
    assert is_in(browser)
    again = door.give_password(staff)
    assert again.post(SECOND, {"second_factor": codes[3]}).status_code == 400
    door.another_moment(staff)
    assert again.post(SECOND, {"second_factor": codes[4]}).status_code == 302


def test_a_recovery_code_of_somebody_else_does_not(staff, manager):
    _, codes = door.enrol(manager)
    door.enrol(staff)
    browser = door.give_password(staff)
    assert browser.post(SECOND, {"second_factor": codes[0]}).status_code == 400


def test_the_wait_after_wrong_codes_grows(staff):
    door.enrol(staff)
    browser = door.give_password(staff)
    wrong = {"second_factor": door.wrong_code(staff)}
    assert browser.post(SECOND, wrong).status_code == 400
    refused = browser.post(SECOND, {"second_factor": door.app_code(staff)})
    assert refused.status_code == 429
    assert refused["Retry-After"] == "1"
    AuthenticatorApp.objects.update(throttling_failure_count=8)
    refused = browser.post(SECOND, {"second_factor": "abcd-efgh-jkmn-pqrs"})
    assert 120 < int(refused["Retry-After"]) <= 128
    assert "You can try again in 3 minutes" in refused.content.decode()


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(staff, wanted):
    door.enrol(staff)
    browser = door.give_password(staff, next=wanted)
    response = browser.post(
        SECOND, {"second_factor": door.app_code(staff)}, query_params={"next": wanted}
    )
    assert response["Location"] == "/leads/"
