"""What is checked on a page that is shown: axe in every look, targets, and text twice as large."""

from collections.abc import Collection

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from tests.e2e.conftest import DESKTOP, PHONE

NARROW: ViewportSize = {"width": 320, "height": 640}

RULES = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast"]},
}
"""Dark differs from light in its colours alone, so only the rule about colours is asked again."""

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


def check_shown(page: Page, where: str, schemes: Collection[str] = ("light", "dark")) -> None:
    """What axe finds on the page as it stands (WCAG 2.2 A and AA and its best practices): nothing,
    in light and dark, on a phone and on a desk. And it is no wider than the narrowest screen."""
    viewport = page.viewport_size
    assert viewport
    page.evaluate(Axe().axe_script)
    problems = []
    for screen in (PHONE, DESKTOP):
        page.set_viewport_size(screen)
        for scheme in schemes:
            # Nothing moves, so no colour is seen on its way to another.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = page.evaluate("rules => axe.run(rules)", RULES[scheme])["violations"]
            problems += [
                f"{where}, {screen['width']} px, {scheme}: {rule['id']}: {node['html'][:200]}"
                for rule in found
                for node in rule["nodes"]
            ]
    assert not problems, "\n".join(problems)
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], where
    page.set_viewport_size(viewport)


def check_small_targets(page: Page, where: str) -> None:
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        check_nothing(page, TOO_SMALL, where)


def check_large_text(page: Page, where: str, screen: ViewportSize = PHONE) -> None:
    """The narrowest screen, wider spacing on it (WCAG 1.4.12), and text twice as large."""
    page.set_viewport_size(NARROW)
    check_nothing(page, CUT_OFF, f"{where} at 320 px")
    page.evaluate(SPACED)
    check_nothing(page, CUT_OFF, f"{where} with wider spacing")
    page.evaluate("() => { document.adoptedStyleSheets = [] }")
    page.set_viewport_size(screen)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Page.enable")
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.evaluate("() => document.body.offsetWidth")
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
    check_nothing(page, CUT_OFF, f"{where} with text twice as large")
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    devtools.detach()


def check_everything(page: Page, where: str, screen: ViewportSize = PHONE) -> None:
    check_shown(page, where)
    check_small_targets(page, where)
    check_large_text(page, where, screen)


def check_pages(page: Page, paths: list[str], screen: ViewportSize = PHONE) -> None:
    for path in paths:
        page.goto(path)
        check_everything(page, path, screen)
