"""Pages for every eye and hand: targets that a thumb hits, text twice as large, wider spacing,
screens of 320 px, a keyboard, no motion."""

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, ViewportSize, expect

from accounts.models import User
from accounts.profile import flows as profile
from leads.models import Lead
from leads.models.lead_event import EventKind
from tests.cast import ALICE, BOB, CAROL, PROFILE
from tests.e2e.conftest import DESKTOP, PHONE
from tests.e2e.customers import sign_in
from tests.e2e.test_accessibility import CUSTOMER, NARROW, VISITOR

pytestmark = [pytest.mark.xdist_group(__name__)]

HALF_A_DESKTOP = {"width": 640, "height": 400}
STAFF = ["/leads/", "/leads/views/", "/leads/shift/", "/leads/insights/", "/leads/import/"]

TOO_SMALL = """() => {
  const LEAST = 24;
  const SELECTOR = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });
  const boxOf = (element) => {
    const parts = [element, ...(element.labels ?? [])].map((part) => part.getBoundingClientRect());
    const all = parts.filter((box) => box.width > 1);
    const left = Math.min(...all.map((box) => box.left));
    const top = Math.min(...all.map((box) => box.top));
    const right = Math.max(...all.map((box) => box.right));
    const bottom = Math.max(...all.map((box) => box.bottom));
    return { element, left, top, right, bottom, x: (left + right) / 2, y: (top + bottom) / 2 };
  };
  // WCAG 2.5.8: targets in a sentence may be as high as its lines.
  const isInSentence = ({ element }) =>
    getComputedStyle(element).display === "inline" &&
    element.parentElement.textContent.trim() !== element.textContent.trim();
  const isSmall = ({ left, top, right, bottom }) => right - left < LEAST || bottom - top < LEAST;
  const within = (value, least, most) => Math.max(least, Math.min(value, most));
  const reaches = ({ x, y }, { left, top, right, bottom }) =>
    Math.hypot(x - within(x, left, right), y - within(y, top, bottom)) < LEAST / 2;
  const all = [...document.querySelectorAll(SELECTOR)].filter(isShown).map(boxOf);
  return all
    .filter((one) => isSmall(one) && !isInSentence(one))
    .filter((one) => all.some((other) => other !== one && reaches(one, other)))
    .map(({ element, left, top, right, bottom }) =>
      `${right - left} x ${bottom - top}: ${element.outerHTML.slice(0, 160)}`);
}"""

CUT_OFF = """() => {
  const problems = [];
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) problems.push("the page scrolls sideways");
  for (const element of document.querySelectorAll("body *")) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest(".unseen, .skip, thead, canvas, svg, [data-scrolls]")) continue;
    const style = getComputedStyle(element);
    if (style.clipPath !== "none" || style.position === "absolute") continue;
    const scrolls = element.closest(".scroll") ?? [...ancestors(element)].find(isScroller);
    const { left, right, width } = element.getBoundingClientRect();
    const name = element.outerHTML.slice(0, 120);
    if (width && !scrolls && (left < -1 || right > wide + 1)) problems.push(`outside: ${name}`);
    const isText = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim();
    const holdsText = [...element.childNodes].some(isText);
    const isCut = element.scrollWidth > element.clientWidth + 2 && element.clientWidth > 0;
    if (holdsText && isCut && style.overflowX !== "visible" && !isScroller(element)) {
      problems.push(`cut off: ${name}`);
    }
    if (/^(BUTTON|SUMMARY)$/.test(element.tagName) && isCut) problems.push(`too long: ${name}`);
  }
  return problems;
  function* ancestors(element) { while ((element = element.parentElement)) yield element; }
  function isScroller(element) { return /auto|scroll/.test(getComputedStyle(element).overflowX); }
}"""

SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""


def check_nothing(page: Page, script: str, where: str) -> None:
    problems = page.evaluate(script)
    assert problems == [], "\n".join([where, *problems])


def check_small_targets(page: Page, path: str) -> None:
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        check_nothing(page, TOO_SMALL, path)


def check_large_text(page: Page, path: str, screen: ViewportSize = PHONE) -> None:
    """The narrowest screen, wider spacing on it (WCAG 1.4.12), and text twice as large."""
    page.set_viewport_size(NARROW)
    check_nothing(page, CUT_OFF, f"{path} at 320 px")
    page.evaluate(SPACED)
    check_nothing(page, CUT_OFF, f"{path} with wider spacing")
    page.evaluate("() => { document.adoptedStyleSheets = [] }")
    page.set_viewport_size(screen)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Page.enable")
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.evaluate("() => document.body.offsetWidth")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    check_nothing(page, CUT_OFF, f"{path} with text twice as large")
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    devtools.detach()


def check_all(page: Page, paths: list[str], screen: ViewportSize = PHONE) -> None:
    for path in paths:
        page.goto(path)
        check_small_targets(page, path)
        check_large_text(page, path, screen)


def test_pages_of_visitors(page):
    check_all(page, VISITOR)


def test_pages_of_customers(page, live):
    account = User.objects.with_proven_phone(ALICE)
    sign_in(page, live, ALICE)
    page.locator("#step button[type=submit]").last.click()
    expect(page.locator(".field .error").first).to_be_visible()
    check_large_text(page, "the profile with mistakes")
    profile.complete(account.pk, PROFILE)
    check_all(page, CUSTOMER)


def test_the_code_step(page):
    page.goto("/signup/")
    page.get_by_label("Mobile number").fill(BOB)
    page.get_by_role("button", name="Text me a code").click()
    page.wait_for_url("**/verify/")
    check_all(page, ["/verify/"])


def test_pages_of_staff(page, live, sales_admin):
    sales_admin.password = make_password("correct horse", hasher="pbkdf2_sha256")
    sales_admin.save()
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED, contact_consent=True)
    page.goto("/leads/")
    page.get_by_label("Username").fill("anil")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{live.url}/leads/")
    check_all(page, [*STAFF, f"/leads/{Lead.objects.get().pk}/"], HALF_A_DESKTOP)


def test_every_stop_of_the_keyboard_is_seen(page):
    page.goto("/signup/")
    page.evaluate("document.querySelector('.skip').focus()")
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const stop = document.activeElement;
              const box = stop.getBoundingClientRect(), style = getComputedStyle(stop);
              const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return {
                isPage: stop === document.body,
                name: [...document.all].indexOf(stop),
                outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
                isOnTop: stop === document.body || stop.contains(top),
              };
            }"""
        )
        if stop["isPage"] or stop in seen:
            break
        seen.append(stop)
    assert len(seen) >= 8
    assert [stop for stop in seen if stop["outline"] < 2 or not stop["isOnTop"]] == []


def test_the_first_stop_leads_past_the_menu(page):
    page.goto("/404/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Go to the start page")).to_be_focused()


def test_nothing_moves_for_those_who_ask_for_that(open_browser):
    moving = """[...document.querySelectorAll("*")].filter((element) => {
      const style = getComputedStyle(element);
      return style.transitionDuration !== "0s" || style.animationName !== "none";
    }).length"""
    still = open_browser(reduced_motion="reduce")
    still.goto("/signup/")
    assert still.evaluate(moving) == 0
    other = open_browser(reduced_motion="no-preference")
    other.goto("/signup/")
    assert other.evaluate(moving) > 0


@pytest.mark.parametrize("contrast", ["more", "no-preference"])
def test_colours_of_the_reader_s_own(open_browser, contrast):
    """Windows' high contrast: what is chosen and what is focused is still told."""
    page = open_browser(forced_colors="active", contrast=contrast)
    page.goto("/signup/")
    consent = page.get_by_role("checkbox")
    consent.check()
    assert consent.evaluate("(box) => getComputedStyle(box).appearance") == "auto"
    button = page.get_by_role("button", name="Text me a code")
    assert button.evaluate("(it) => getComputedStyle(it).borderTopStyle") == "solid"
