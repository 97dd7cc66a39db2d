"""The main job in a real browser: a visitor becomes a customer while the sales desk looks on."""

import pytest
from playwright.sync_api import expect

from accounts.models import User
from leads.models import Lead
from tests.cast import DAVE
from tests.e2e.conftest import DESKTOP
from tests.e2e.steps import fill_profile, go_through_profile_by_keyboard

pytestmark = [pytest.mark.xdist_group(__name__)]


def ask_for_code(page, phone_number, address="/signup/"):
    page.goto(address)
    page.get_by_label("Mobile number").fill(phone_number)
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()


def type_code(page, code):
    """It goes off by itself with the last digit."""
    page.get_by_label("Code", exact=True).fill(code)


def type_and_send_code(plain, code):
    plain.get_by_label("Code", exact=True).fill(code)
    plain.get_by_role("button", name="Continue").click()


@pytest.fixture
def desk(open_browser, live, staff, sign_in):
    """The sales desk, open in another browser, its page never reloaded."""
    desk = sign_in(open_browser(viewport=DESKTOP), staff)
    desk.goto("/leads/")
    desk.evaluate("window.neverReloaded = true")
    yield desk
    assert desk.evaluate("window.neverReloaded")


def test_a_visitor_becomes_a_customer_while_the_desk_looks_on(page, desk, live):
    expect(desk.get_by_text("No leads yet")).to_be_visible()
    ask_for_code(page, "+91 99001 12233")
    row = desk.get_by_role("row").filter(has_text="••233")
    expect(row).to_contain_text("Code requested")
    type_code(page, live.last_code(DAVE))
    page.wait_for_url("**/profile/complete/about/")
    expect(row).to_contain_text("Verified")
    fill_profile(page)
    expect(page.get_by_role("heading", name="Dave Kumar")).to_be_visible()
    expect(row).to_contain_text("Profile complete")
    expect(row).to_contain_text("Converted")
    expect(row).to_contain_text("Dave Kumar")
    assert Lead.objects.get().user == User.objects.get(phone_number=DAVE)


def test_errors_show_in_place_and_the_way_goes_on(page, live):
    page.goto("/signup/")
    page.get_by_label("Mobile number").fill("12")
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_text("This number is 8 digits short.")).to_be_visible()
    expect(page.get_by_label("Mobile number")).to_be_focused()
    page.get_by_label("Mobile number").fill(DAVE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/verify/")
    code = live.last_code(DAVE)
    type_code(page, f"{(int(code) + 1) % 10000:04d}")
    expect(page.get_by_text("That code is not right. You can try 2 more times.")).to_be_visible()
    expect(page.get_by_role("button", name="Send a new code")).to_be_disabled()
    type_code(page, code)
    page.wait_for_url("**/profile/complete/about/")


def test_changing_the_number_starts_again(page, live):
    ask_for_code(page, DAVE)
    page.get_by_role("link", name="Change number").click()
    page.wait_for_url("**/signup/")
    page.get_by_label("Mobile number").fill("+919812345678")
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_text("+91 98123 45678").first).to_be_visible()


def test_the_whole_way_by_keyboard_alone(page, live):
    page.goto("/signup/")
    expect(page.get_by_label("Mobile number")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(DAVE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/verify/")
    expect(page.get_by_label("Code", exact=True)).to_be_focused()
    page.keyboard.type(live.last_code(DAVE))
    page.wait_for_url("**/profile/complete/about/")
    go_through_profile_by_keyboard(page)
    expect(page.get_by_role("heading", name="Dave Kumar")).to_be_visible()


def test_the_whole_way_without_javascript(plain, live):
    ask_for_code(plain, DAVE)
    type_and_send_code(plain, "0000" if live.last_code(DAVE) != "0000" else "1111")
    expect(plain.get_by_text("That code is not right. You can try 2 more times.")).to_be_visible()
    type_and_send_code(plain, live.last_code(DAVE))
    plain.wait_for_url("**/profile/complete/about/")
    fill_profile(plain)
    plain.get_by_role("link", name="Edit About you").click()
    plain.get_by_label("Full name").fill("Dave K Kumar")
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_role("heading", name="Dave K Kumar")).to_be_visible()
    plain.get_by_role("button", name="Log out").click()
    expect(plain.get_by_text("You are logged out")).to_be_visible()
    plain.goto("/profile/")
    plain.wait_for_url("**/login/")


@pytest.mark.parametrize("path", ["/django/admin/", "/"])
def test_other_pages_keep_to_the_policy(page, path):
    page.goto(path)
    expect(page.get_by_role("main")).to_be_visible()
