"""Nothing moves while the pages change, and what they say is where one looks."""

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import PhoneOTP, RateCounter, User
from accounts.profile import flows as profile
from tests.cast import ALICE, DAVE, PROFILE
from tests.codes import wrong
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.gallery import add_picture
from tests.e2e.steps import tell_about
from tests.waiting import eventually

pytestmark = [pytest.mark.xdist_group(__name__)]

MOST_IN_ONE_STEP = 0.05
"""Of the score of layout shifts; 0.1 is called good for all of a page (web.dev/articles/cls)."""

WATCH_SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries()) {
    shifts.push([value, sources.map(({ node }) => node?.id || node?.className || node?.nodeName)]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
"""Those shortly after a click count as well: the answer of a server is no direct effect of it."""


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def visitor(request, open_browser) -> Page:
    page = open_browser(viewport=request.param)
    page.add_init_script(WATCH_SHIFTS)
    return page


def check_still(page: Page, step: str) -> None:
    page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    shifts = page.evaluate("() => shifts.splice(0)")
    assert sum(value for value, _ in shifts) <= MOST_IN_ONE_STEP, (step, shifts)


def check_in_view(message: Locator) -> None:
    expect(message).to_be_visible()
    expect(message).to_be_in_viewport(ratio=1)


def test_nothing_moves_from_the_start_page_to_a_finished_profile(visitor, live):
    page = visitor
    page.goto("/login/")  # brings the fonts: the browser of the tests has none that is as wide
    page.goto("/")
    check_still(page, "start page")
    page.get_by_label("Mobile number").fill("12")
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_text("This number is 8 digits short.")).to_be_visible()
    check_still(page, "refused number")
    page.get_by_label("Mobile number").fill(DAVE)
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    check_still(page, "code step")
    code = live.last_code(DAVE)
    places = [page.get_by_label("Code", exact=True), page.get_by_role("button", name="Continue")]
    before = [place.bounding_box() for place in places]
    places[0].fill(wrong(code))
    expect(page.get_by_text("That code is not right.")).to_be_visible()
    assert [place.bounding_box() for place in places] == before
    check_still(page, "wrong code")
    places[0].fill(code)
    page.wait_for_url("**/profile/complete/about/")
    check_still(page, "about")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    check_still(page, "nothing filled in")
    tell_about(page)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/interests/")
    check_still(page, "interests")
    page.get_by_text("Music & Concerts").click()
    check_still(page, "an interest chosen")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/pictures/")
    check_still(page, "pictures")
    add_picture(page)
    check_still(page, "a picture added")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/more/")
    check_still(page, "more")
    page.get_by_role("button", name="Finish").click()
    page.wait_for_url("**/profile/")
    check_in_view(page.get_by_text("Welcome to Loopin!"))
    check_still(page, "profile")


def test_what_the_code_step_says_is_in_view(page, live):
    page.goto("/signup/")
    page.get_by_label("Mobile number").fill(DAVE)
    page.get_by_role("button", name="Text me a code").click()
    check_in_view(page.get_by_text("We sent you a code."))
    code = live.last_code(DAVE)
    page.get_by_label("Code", exact=True).fill(wrong(code))
    check_in_view(page.get_by_text("That code is not right. You can try 2 more times."))
    PhoneOTP.objects.update(sent_at="2026-01-01T00:00Z")
    page.reload()
    page.get_by_role("button", name="Send a new code").click()
    check_in_view(page.get_by_text("We sent you a new code."))
    page.get_by_label("Code", exact=True).fill(code)
    check_in_view(page.get_by_text("That is the code of an earlier message."))
    RateCounter.objects.filter(key__startswith="send:").update(count=1000)
    PhoneOTP.objects.update(sent_at="2026-01-01T00:00Z")
    page.reload()
    page.get_by_role("button", name="Send a new code").click()
    check_in_view(page.get_by_text("There were too many tries."))
    check_in_view(page.get_by_role("link", name="Use e-mail and password instead"))


@pytest.fixture
def customer(live, page, sign_in) -> Page:
    alice = User.objects.get(pk=User.objects.get_or_create_verified(ALICE).pk)
    profile.complete(alice.pk, PROFILE)
    return sign_in(page, alice)


def test_what_the_profile_says_is_in_view(customer):
    page = customer
    page.goto("/profile/")
    page.locator("#section-more-edit").click()
    page.get_by_label("E-mail").fill("nobody")
    page.get_by_role("button", name="Save").first.click()
    check_in_view(page.get_by_role("alert").filter(has_text="Please check these fields"))
    page.get_by_label("E-mail").fill("")
    page.get_by_role("button", name="Save").first.click()
    check_in_view(page.get_by_text("Your profile is saved."))
    page.locator("#contact ~ form button").click()
    check_in_view(page.get_by_text("Saved. We do not call or message you."))


def test_what_is_said_of_devices_and_pictures_is_in_view(customer, browser_of):
    browser_of(User.objects.get(phone_number=ALICE))
    page = customer
    page.goto("/profile/devices/")
    page.get_by_role("button", name="Sign out all other devices").click()
    check_in_view(page.get_by_text("All other devices are signed out."))
    page.goto("/profile/pictures/")
    page.locator("#id_files").set_input_files(
        [{"name": "a.png", "mimeType": "image/png", "buffer": b"no picture"}]
    )
    check_in_view(page.locator(".queue .failed .state"))
    page.get_by_role("button", name="Remove picture 1").click()
    check_in_view(page.get_by_text("A profile needs a picture."))


def test_a_message_hides_nothing_for_good_and_can_be_closed(customer):
    page = customer
    page.goto("/profile/")
    page.locator("#contact ~ form button").click()
    message = page.locator("#messages .message")
    expect(message).to_be_visible()
    page.keyboard.press("End")

    def is_seen_above_the_message():
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        last, over = page.locator("footer a").last.bounding_box(), message.bounding_box()
        return last["y"] + last["height"] <= over["y"]

    eventually(is_seen_above_the_message)
    page.get_by_role("button", name="Close the message").click()
    expect(message).to_have_count(0)


@pytest.fixture
def lead(live, staff, sign_in, open_browser, api, sms):
    """The desk, with a lead open beside it on a phone."""
    api.post("/api/auth/signup", {"phone_number": DAVE, "contact_consent": True})
    page = sign_in(open_browser(), staff)
    page.goto("/leads/")
    page.locator("#list tbody a").first.click()
    return page


def test_what_the_desk_says_of_a_lead_is_in_view(lead):
    lead.get_by_role("button", name="Claim", exact=True).click()
    check_in_view(lead.locator("#detail-done"))
    lead.get_by_role("button", name="Show the number").click()
    check_in_view(lead.locator("#detail-done"))
    expect(lead.locator("#detail-number")).to_have_text("+91 99001 12233")
    lead.get_by_label("Note").last.fill("Called, wants to come on Sunday.")
    lead.get_by_role("button", name="Save the note").click()
    check_in_view(lead.locator("#detail-done"))


def test_a_message_hides_nothing_of_a_lead_for_good(lead):
    lead.context.set_offline(True)
    lead.get_by_role("button", name="Claim", exact=True).click()
    message = lead.locator("#notice")
    check_in_view(message)
    lead.locator(".beside").evaluate("beside => beside.scrollTo(0, beside.scrollHeight)")
    shown, over = lead.locator("#drawer").bounding_box(), message.bounding_box()
    assert shown["y"] + shown["height"] <= over["y"]
