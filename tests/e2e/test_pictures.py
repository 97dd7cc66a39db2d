"""The gallery in a real browser: uploading, arranging, removing, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.pictures import gallery
from tests.accounts.pictures import made
from tests.e2e.gallery import files_in

pytestmark = [pytest.mark.xdist_group(__name__)]

PAGE = "/profile/pictures/"


@pytest.fixture
def open_gallery(bob, sign_in):
    """`open_gallery(page)`: Bob's."""

    def show(page: Page) -> None:
        sign_in(page, bob)
        page.goto(PAGE)

    return show


@pytest.fixture
def three(tmp_path):
    """Files of three pictures."""
    return files_in(
        tmp_path, one_jpg=made.jpeg((200, 200)), two_png=made.png((240, 320)), three_heic=made.HEIC
    )


def shown(page: Page) -> list[str]:
    return page.evaluate(
        "[...document.querySelectorAll('[data-picture]')].map(one => one.dataset.picture)"
    )


def stored(user) -> list[str]:
    return [str(picture.pk) for picture in gallery.list_pictures(user.pk)]


def upload(page: Page, files: list[str], count: int) -> None:
    page.locator("#id_files").set_input_files(files)
    expect(page.locator("[data-picture]")).to_have_count(count)
    expect(page.locator("[data-queue] li:not(.failed)")).to_have_count(0)
    page.evaluate("scrollTo(0, 0)")  # a mouse reaches only what is in the window


def test_files_go_up_one_by_one_and_a_bad_one_is_named(page, open_gallery, bob, three, tmp_path):
    open_gallery(page)
    bad = files_in(tmp_path, holiday_gif=made.written(made.picture(mode="P"), "GIF"))
    upload(page, [three[0], *bad, *three[1:]], 3)
    queue = page.locator("[data-queue] li")
    expect(queue).to_have_count(1)
    expect(queue).to_contain_text("holiday.gif")
    expect(queue).to_contain_text("We take JPEG, PNG, WebP, HEIC and AVIF pictures.")
    expect(page.get_by_role("img", name="Picture 3")).to_be_visible()
    assert page.evaluate("document.querySelector('.gallery img').naturalWidth") == 480
    assert page.url.endswith(PAGE)
    assert len(stored(bob)) == 3


def test_pictures_are_dragged_to_another_place(page, open_gallery, bob, three):
    open_gallery(page)
    upload(page, three, 3)
    first, second, third = shown(page)
    drag(page, page.locator(f"#picture-{first} img"), page.locator(f"#picture-{third} img"))
    expect(page.locator("[data-said]")).to_have_text("Picture moved to place 3.")
    assert shown(page) == stored(bob) == [second, third, first]
    grip = page.locator(f"#picture-{first} .grip")
    drag(page, grip, page.locator(f"#picture-{second} img"))
    expect(page.locator("[data-said]")).to_have_text("Picture moved to place 1.")
    assert stored(bob) == [first, second, third]


def drag(page: Page, source, target) -> None:
    start, end = source.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + 15, start["y"] + 15)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 40, steps=6)
    page.mouse.up()


def test_a_drag_is_given_up_with_escape(page, open_gallery, bob, three):
    open_gallery(page)
    upload(page, three, 3)
    before = shown(page)
    start = page.locator(f"#picture-{before[0]} img").bounding_box()
    end = page.locator(f"#picture-{before[1]} img").bounding_box()
    page.mouse.move(start["x"] + 15, start["y"] + 15)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 40, steps=6)
    assert shown(page) != before
    page.keyboard.press("Escape")
    page.mouse.up()
    assert shown(page) == stored(bob) == before


def test_fingers_drag_by_the_grip(open_browser, open_gallery, bob, three):
    page = open_browser(has_touch=True, is_mobile=True)
    open_gallery(page)
    upload(page, three, 3)
    first, second, _ = shown(page)
    start = page.locator(f"#picture-{first} .grip").bounding_box()
    end = page.locator(f"#picture-{second} img").bounding_box()
    session = page.context.new_cdp_session(page)
    for kind, place in (("touchStart", start), ("touchMove", end), ("touchEnd", None)):
        points = [] if place is None else [{"x": place["x"] + 12, "y": place["y"] + 12}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(page.locator("[data-said]")).to_have_text("Picture moved to place 2.")
    assert stored(bob)[:2] == [second, first]


def test_the_keyboard_moves_chooses_and_removes(page, open_gallery, bob, three):
    open_gallery(page)
    upload(page, three, 3)
    first, second, third = shown(page)
    later = page.locator(f"#later-{first}")
    later.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Picture moved.")).to_be_visible()
    expect(later).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#earlier-{first}")).to_be_focused()
    assert stored(bob) == [second, third, first]
    page.locator(f"#avatar-{third}").press("Enter")
    expect(page.locator(f"#picture-{third}").get_by_text("Main picture")).to_be_visible()
    page.locator(f"#remove-{second}").press("Enter")
    expect(page.locator("[data-picture]")).to_have_count(2)
    expect(page.locator("#id_files")).to_be_focused()
    assert stored(bob) == [third, first]


def test_all_of_it_without_javascript(plain, open_gallery, bob, three, tmp_path):
    open_gallery(plain)
    bad = files_in(tmp_path, bad_jpg=b"<svg/>")
    plain.locator("#id_files").set_input_files([three[0], *bad, three[1]])
    plain.get_by_role("button", name="Upload").click()
    expect(plain.get_by_role("alert")).to_contain_text("bad.jpg")
    expect(plain.get_by_role("alert")).to_contain_text("We take JPEG, PNG, WebP, HEIC and AVIF")
    expect(plain.locator("[data-picture]")).to_have_count(2)
    first, second = stored(bob)
    plain.get_by_role("button", name="Move picture 1 later").click()
    expect(plain.get_by_text("Picture moved.")).to_be_visible()
    assert stored(bob) == [second, first]
    plain.get_by_role("button", name="Make picture 2 the main one").click()
    main = plain.locator(f"#picture-{first}").get_by_text("Main picture")
    expect(main).to_be_visible()
    plain.get_by_role("button", name="Remove picture 1").click()
    expect(plain.locator("[data-picture]")).to_have_count(1)
    plain.get_by_role("button", name="Continue").click()
    expect(plain).to_have_url(re.compile("/profile/complete/about/$"))
