"""E-mail and password in a real browser: in, in again after forgetting, on to a proven number."""

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.conftest import ESHA, PASSWORD
from tests.cast import BOB, DAVE
from tests.e2e.checks import check_everything, check_shown
from tests.e2e.steps import tab_to

pytestmark = [pytest.mark.xdist_group("e2e")]

NEW = "harmonium-ghat-77"


@pytest.fixture
def esha(open_browser, live) -> None:
    """Registered through the API of the running site; her number is claimed."""
    answer = open_browser().request.post("/api/users/register/", data=ESHA)
    assert answer.status == 201


def log_in(page: Page, password: str = PASSWORD) -> None:
    page.goto("/login/")
    page.get_by_role("link", name="Use e-mail and password instead").click()
    page.get_by_label("E-mail").fill(ESHA["email"])
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def ask_for_reset(page: Page, phone_number: str = DAVE) -> None:
    page.goto("/login/email/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("Mobile number").fill(phone_number)
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_role("heading", name="Set a new password")).to_be_visible()


def set_password(page: Page, code: str, password: str = NEW) -> None:
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_label("New password once more").fill(password)
    page.get_by_role("button", name="Set my password").click()


def prove_number(page: Page, live) -> None:
    page.wait_for_url("**/profile/number/")
    expect(page.get_by_label("Mobile number")).to_have_value("99001 12233")
    page.get_by_role("button", name="Text me a code").click()
    page.wait_for_url("**/profile/number/code/")
    page.get_by_label("Code", exact=True).fill(live.last_code(DAVE))


def test_in_with_a_password_and_on_to_the_profile(page, live, esha):
    log_in(page, "wrong")
    expect(page.get_by_text("do not belong together")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_value("")
    log_in(page)
    prove_number(page, live)  # the code goes off with its last digit
    page.wait_for_url("**/profile/complete/about/")
    ask_elsewhere = page.get_by_role("link", name="Profile", exact=True)
    expect(ask_elsewhere).to_be_visible()


def test_without_javascript(plain, live, esha):
    log_in(plain)
    prove_number(plain, live)
    plain.get_by_role("button", name="Verify my number").click()
    plain.wait_for_url("**/profile/complete/about/")
    plain.get_by_role("button", name="Log out").click()
    ask_for_reset(plain)
    set_password(plain, live.last_code(DAVE), "123")
    expect(plain.locator(".field .error")).to_contain_text("too short")
    set_password(plain, live.last_code(DAVE))
    expect(plain.get_by_text("Your password is changed.")).to_be_visible()
    log_in(plain, NEW)
    plain.wait_for_url("**/profile/complete/about/")


def test_a_forgotten_password_is_set_anew(page, live, esha):
    log_in(page)
    prove_number(page, live)
    page.wait_for_url("**/profile/complete/about/")
    page.get_by_role("button", name="Log out").click()
    ask_for_reset(page)
    set_password(page, live.last_code(DAVE), "123")
    expect(page.locator(".summary")).to_be_focused()
    set_password(page, live.last_code(DAVE))
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    expect(page.get_by_role("heading", name="Log in with e-mail")).to_be_visible()


def test_by_keyboard_alone(page, live, esha):
    page.goto("/login/email/")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(ESHA["email"])
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/number/")
    expect(page.get_by_label("Mobile number")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/number/code/")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    tab_to(page, "innerText", "Start again")


def test_a_code_by_e_mail_shows_in_the_inbox(open_browser, page, live, esha):
    log_in(page)
    page.wait_for_url("**/profile/number/")
    page.get_by_role("link", name="Delete your account").click()
    page.get_by_role("button", name="E-mail me a code to delete it").click()
    expect(page.get_by_label("Code", exact=True)).to_be_visible()
    inbox = open_browser()
    inbox.goto("/dev/inbox/")
    first = inbox.locator(".inbox li").first
    expect(first.get_by_text("By e-mail")).to_be_visible()
    expect(first.get_by_role("heading", name="Your Loopin code")).to_be_visible()
    page.get_by_label("Code", exact=True).fill(first.locator(".code").inner_text())
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()


def test_every_page_is_for_every_eye_and_hand(page, live, esha):
    log_in(page, "wrong")
    expect(page.get_by_text("do not belong together")).to_be_visible()
    check_shown(page, "/login/email/ refused")
    ask_for_reset(page, BOB)
    check_everything(page, "/password/new/")
    set_password(page, "1", "123")
    expect(page.locator(".summary")).to_be_visible()
    check_shown(page, "/password/new/ with errors")
    log_in(page)
    page.wait_for_url("**/profile/number/")
    check_everything(page, "/profile/number/")
    page.get_by_role("button", name="Text me a code").click()
    page.wait_for_url("**/profile/number/code/")
    check_everything(page, "/profile/number/code/")
