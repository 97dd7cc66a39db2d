"""The phone step and the code step in a real browser: countries, pasted codes, the countdown."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.cast import DAVE
from tests.codes import wrong
from tests.e2e.checks import check_shown
from tests.e2e.test_walk import ask_for_code

pytestmark = [pytest.mark.xdist_group(__name__)]

PASTE = """(input, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text", text);
    const paste = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
    if (input.dispatchEvent(paste)) input.setRangeText(text, 0, input.value.length, "end");
}"""


def code_field(page: Page):
    return page.get_by_label("Code", exact=True)


def paste(page: Page, text: str) -> None:
    code_field(page).evaluate(PASTE, text)


@pytest.fixture
def requests(page):
    """Every request for the code to be checked."""
    seen = []

    def note(request) -> None:
        if request.method == "POST" and request.url.endswith("/verify/"):
            seen.append(request.post_data)

    page.on("request", note)
    return seen


@pytest.mark.parametrize(
    "written", ["{0}{1}", " {0} {1} ", "{0}-{1}", "{0}{1} is your Loopin code.\n\n@host #{0}{1}"]
)
def test_a_pasted_code_is_cleaned_and_goes_off_by_itself_once(page, live, requests, written):
    ask_for_code(page, DAVE)
    code = live.last_code(DAVE)
    paste(page, written.format(code[:2], code[2:]))
    page.wait_for_url("**/profile/complete/about/")
    assert len(requests) == 1


def test_typed_digits_go_off_with_the_last(page, live, requests):
    ask_for_code(page, DAVE)
    code = live.last_code(DAVE)
    code_field(page).press_sequentially(f"{code[:2]} {code[2:3]}")
    assert requests == []
    code_field(page).press(code[3])
    page.wait_for_url("**/profile/complete/about/")
    assert len(requests) == 1


def test_a_refused_code_waits_until_it_is_edited(page, live, requests):
    ask_for_code(page, DAVE)
    code = live.last_code(DAVE)
    paste(page, wrong(code))
    expect(page.get_by_text("That code is not right. You can try 2 more times.")).to_be_visible()
    expect(code_field(page)).to_be_focused()
    expect(code_field(page)).to_have_attribute("aria-describedby", re.compile("error"))
    paste(page, wrong(code))
    expect(code_field(page)).to_have_value(wrong(code))
    page.wait_for_timeout(300)
    assert len(requests) == 1
    paste(page, code)
    page.wait_for_url("**/profile/complete/about/")
    assert len(requests) == 2


def test_nothing_goes_off_while_a_request_runs(page, live, requests):
    ask_for_code(page, DAVE)
    code = live.last_code(DAVE)
    held = []
    page.route("**/verify/", lambda route: held.append(route))  # noqa: PLW0108  it is looked at
    paste(page, wrong(code))
    page.wait_for_timeout(200)
    paste(page, code)
    page.wait_for_timeout(200)
    assert len(requests) == len(held) == 1
    held[0].continue_()
    expect(page.get_by_text("That code is not right. You can try 2 more times.")).to_be_visible()


def test_a_paste_that_is_no_code_is_left_alone(page, live, requests):
    ask_for_code(page, DAVE)
    paste(page, "1234 or 4321")
    expect(code_field(page)).to_have_value("1234 or 4321")
    assert requests == []


def test_the_countdown_is_seen_and_not_heard(page, live):
    ask_for_code(page, DAVE)
    button = page.get_by_role("button", name="Send a new code", exact=True)
    expect(button).to_be_disabled()
    expect(page.locator("[data-countdown]")).to_have_text(re.compile(r"^in (30|29|28) seconds$"))
    before = page.locator("main").aria_snapshot()
    assert "seconds" not in before
    page.wait_for_timeout(1500)
    assert page.locator("main").aria_snapshot() == before
    assert page.get_by_role("status").get_by_text("We sent you a code.").count() == 1
    live_regions = page.locator("[aria-live], [role=status], [role=alert]")
    assert "seconds" not in " ".join(live_regions.all_inner_texts())


def test_what_the_status_says_is_set_once(page, live):
    """A region whose text stays the same is not read again."""
    page.goto("/signup/")
    page.evaluate("""() => {
        window.said = [];
        const tell = () => window.said.push(document.getElementById("messages").textContent.trim());
        new MutationObserver(tell).observe(document.getElementById("messages"),
            {childList: true, characterData: true, subtree: true});
    }""")
    page.get_by_label("Mobile number").fill("99001 12233")
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    page.wait_for_timeout(2500)
    assert page.evaluate("window.said") == ["We sent you a code."]


def test_a_national_number_and_the_way_back(page, live):
    page.goto("/signup/")
    page.get_by_label("Country").select_option("GB")
    page.get_by_label("Mobile number").press_sequentially("07400 12345")
    expect(page.get_by_label("Mobile number")).to_have_value("07400 12345")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This number is one digit short.")).to_be_visible()
    expect(page.get_by_label("Mobile number")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    expect(page.get_by_text("+44 7400 123456").first).to_be_visible()
    page.get_by_role("link", name="Change number").click()
    expect(page.get_by_label("Country")).to_have_value("GB")
    expect(page.get_by_label("Mobile number")).to_have_value("7400 123456")


def test_by_keyboard_alone(page, live):
    page.goto("/signup/")
    expect(page.get_by_label("Mobile number")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_label("Country")).to_be_focused()
    page.keyboard.type("Nepal")
    page.keyboard.press("Tab")
    page.keyboard.type("9841 234567")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verify/")
    expect(code_field(page)).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Enter another number")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type(live.last_code("+9779841234567"))
    page.wait_for_url("**/profile/complete/about/")


def test_without_javascript(plain, live):
    plain.goto("/signup/")
    plain.get_by_label("Country").select_option("NP")
    plain.get_by_label("Mobile number").fill("9841 234567")
    plain.get_by_role("button", name="Text me a code").click()
    expect(plain.get_by_text("We sent you a code.")).to_be_visible()
    plain.get_by_role("button", name="Send a new code").click()
    expect(plain.get_by_text("You can ask for another in")).to_be_visible()
    plain.get_by_text("Nothing arrived?").click()
    expect(plain.get_by_role("link", name="Enter another number")).to_be_visible()
    plain.get_by_role("link", name="Development: open the inbox").click()
    code = live.last_code("+9779841234567")
    expect(plain.locator(".inbox .code").first).to_have_text(code)
    expect(plain.get_by_role("button", name="Copy")).to_have_count(0)
    plain.goto("/verify/")
    plain.get_by_label("Code", exact=True).fill(f" {code[:2]} {code[2:]}")
    plain.get_by_role("button", name="Continue").click()
    plain.wait_for_url("**/profile/complete/about/")


def test_the_inbox_shows_what_comes_and_copies_it(open_browser, live):
    inbox = open_browser(permissions=["clipboard-read", "clipboard-write"])
    inbox.goto("/dev/inbox/")
    ask_for_code(open_browser(), DAVE)
    code = live.last_code(DAVE)
    first = inbox.locator(".inbox li").first
    expect(first.locator(".code")).to_have_text(code)
    first.get_by_role("button", name="Copy").click()
    expect(first.get_by_role("button", name="Copied")).to_be_visible()
    assert inbox.evaluate("navigator.clipboard.readText()") == code


def test_other_channels_from_the_page(open_browser, serve, transactional_db):
    process, site = serve(OTP_CHANNELS="whatsapp,call")
    page = open_browser(base_url=site.url)
    ask_for_code(page, DAVE)
    page.get_by_text("Nothing arrived?").click()
    for name in ("Send it by WhatsApp", "Call me instead"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()
    process.terminate()
    process.wait(timeout=20)


def test_axe_finds_nothing(page, live):
    ask_for_code(page, DAVE)
    page.get_by_text("Nothing arrived?").click()
    check_shown(page, "/verify/ with its advice")
    page.goto("/dev/inbox/")
    check_shown(page, "/dev/inbox/")
    page.goto("/signup/")
    page.get_by_label("Country").select_option("IO")
    page.get_by_label("Mobile number").fill("1")
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_text("digits short")).to_be_visible()
    check_shown(page, "/signup/ with an error")
