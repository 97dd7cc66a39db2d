"""Pages for those who use a keyboard, want no motion, or choose the colours themselves."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.xdist_group(__name__)]


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
