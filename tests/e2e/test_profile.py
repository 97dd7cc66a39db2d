"""Filling in a profile and editing it in place, with JavaScript, without it, and by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User, UserProfile
from accounts.profile import flows as profile
from tests.cast import DAVE, PROFILE
from tests.e2e.steps import go_on, go_on_to_pictures, tab_to, tell_about

pytestmark = [pytest.mark.xdist_group(__name__)]


@pytest.fixture
def dave(live) -> User:
    """Proved his number, has no profile."""
    return User.objects.get(pk=User.objects.get_or_create_verified(DAVE).pk)


@pytest.fixture
def at_profile(dave, sign_in):
    """`at_profile(page)`: Dave's profile, or its first step that is missing."""

    def show(page: Page) -> Page:
        sign_in(page, dave)
        page.goto("/profile/")
        return page

    return show


@pytest.fixture(params=["with JavaScript", "without"])
def visitor(request, open_browser, at_profile):
    """Dave, who has just signed in."""
    return at_profile(open_browser(java_script_enabled=request.param == "with JavaScript"))


@pytest.fixture
def customer(dave):
    profile.complete(dave.pk, PROFILE)
    return dave


def test_errors_come_first_have_the_focus_and_lead_to_their_fields(visitor):
    visitor.get_by_label("Full name").fill("x")
    visitor.get_by_label("Day").fill("30")
    visitor.get_by_label("Month").fill("2")
    visitor.get_by_label("Year").fill("1995")
    visitor.get_by_role("button", name="Continue").click()
    summary = visitor.get_by_role("alert").filter(has_text="Please check these fields")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Enter a real date in numbers")
    expect(visitor.get_by_label("Full name")).to_have_value("x")
    for link, field in (("Full name", "Full name"), ("Birth date", "Day"), ("Gender", "Male")):
        summary.get_by_role("link", name=link).click()
        expect(visitor.get_by_label(field, exact=True)).to_be_focused()
    tell_about(visitor)
    go_on(visitor, "interests")


def test_leaving_and_coming_back_on_another_device(visitor, open_browser, at_profile):
    tell_about(visitor)
    go_on(visitor, "interests")
    visitor.context.close()
    other = at_profile(open_browser())
    other.wait_for_url("**/profile/complete/interests/")
    expect(other.get_by_text("Step 2 of 4")).to_be_visible()
    other.get_by_role("link", name="About you").click()
    expect(other.get_by_label("Full name")).to_have_value("Dave Kumar")
    expect(other.get_by_label("Year")).to_have_value("1995")


def test_a_sixth_interest_is_not_taken_and_says_why(page, at_profile):
    at_profile(page)
    tell_about(page)
    go_on(page, "interests")
    expect(page.get_by_text("0 of 5 chosen")).to_be_visible()
    chips = page.get_by_role("group", name="What do you enjoy?").locator("label")
    for number in range(6):
        chips.nth(number).click()
    told = page.get_by_role("status").filter(has_text="You have chosen 5 already.")
    expect(told).to_be_visible()
    expect(page.locator(":checked")).to_have_count(5)
    chips.nth(0).click()
    expect(page.get_by_text("4 of 5 chosen")).to_be_visible()
    go_on_to_pictures(page)


def test_six_interests_without_javascript_are_refused_with_a_reason(plain, at_profile):
    at_profile(plain)
    tell_about(plain)
    go_on(plain, "interests")
    chips = plain.get_by_role("group", name="What do you enjoy?").locator("label")
    for number in range(6):
        chips.nth(number).click()
    plain.get_by_role("button", name="Continue").click()
    expect(plain.get_by_role("alert").get_by_text("Choose 1 to 5 interests.")).to_be_visible()
    expect(plain.locator(":checked")).to_have_count(6)


def test_a_section_is_edited_in_its_place_by_keyboard_alone(page, live, customer, at_profile):
    at_profile(page)
    page.evaluate("window.neverReloaded = true")
    tab_to(page, "id", "section-about-edit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="About you")).to_be_focused()
    tab_to(page, "name", "name")
    page.keyboard.press("Control+A")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    expect(page.locator("#section-about .summary")).to_be_focused()
    tab_to(page, "name", "name")
    page.keyboard.press("Control+A")
    page.keyboard.type("Dave Rao")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Edit About you")).to_be_focused()
    expect(page.locator("#preview").get_by_text("Dave Rao")).to_be_visible()
    expect(page.get_by_text("Your profile is saved.")).to_be_visible()
    assert UserProfile.objects.get().name == "Dave Rao"
    assert page.url == f"{live.url}/profile/"
    assert page.evaluate("window.neverReloaded")


def test_two_sections_are_open_at_once_and_one_is_given_up(page, live, customer, at_profile):
    at_profile(page)
    page.get_by_role("link", name="Edit Interests").click()
    expect(page.get_by_text("2 of 5 chosen")).to_be_visible()
    page.get_by_role("link", name="Edit A little more").click()
    page.get_by_label("City").fill("Pune")
    page.locator("#section-interests").get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("link", name="Edit Interests")).to_be_focused()
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("#preview").get_by_text("Pune")).to_be_visible()


def test_at_200_percent_zoom_everything_is_reached_without_scrolling_sideways(page, at_profile):
    """A phone of 390 px at twice the size has 195 CSS pixels; a window of 1280 has 640."""
    at_profile(page)
    for width in (195, 640):
        page.set_viewport_size({"width": width, "height": 400})
        form = page.locator("#profile_step")
        for element in form.get_by_role("textbox").all() + form.get_by_role("button").all():
            box = element.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
