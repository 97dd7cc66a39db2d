"""Files go up whatever becomes of the network: each picture once, on a page that can be used."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from accounts.pictures import gallery, sizes
from tests.accounts.pictures import made
from tests.e2e.gallery import files_in
from tests.e2e.line import Line

pytestmark = [pytest.mark.xdist_group(__name__)]

PAGE = "/profile/pictures/"
OFFLINE = "Waiting for the network. We go on by ourselves."


@pytest.fixture
def line(live):
    line = Line(urlsplit(live.url).port)
    yield line
    line.close()


@pytest.fixture
def page(open_browser, line, live, bob, sign_in) -> Page:
    """Bob's gallery, in a browser at the end of the line."""
    page = sign_in(open_browser(base_url=line.url), bob)
    page.goto(PAGE)
    return page


@pytest.fixture
def photographs(tmp_path):
    """Two files that are not scaled down, of some hundred kilobytes each."""
    one, two = made.photograph((1200, 900)), made.photograph((900, 1200))
    return files_in(tmp_path, one_jpg=one, two_jpg=two)


def choose(page: Page, files) -> None:
    page.locator("#id_files").set_input_files(files)


def tiles(page: Page):
    return page.locator("[data-queue] li")


def expect_each_once(page: Page, user, count: int) -> None:
    """On the page and in the database, and nothing is waiting any more."""
    expect(page.locator("[data-picture]")).to_have_count(count)
    expect(tiles(page)).to_have_count(0)
    assert len(gallery.list_pictures(user.pk)) == count


def test_a_network_that_is_gone_before_the_request(page, bob, photographs):
    page.context.set_offline(True)
    choose(page, photographs)
    for number in range(2):
        expect(tiles(page).nth(number)).to_contain_text(OFFLINE)
    page.context.set_offline(False)
    expect_each_once(page, bob, 2)


def test_a_network_that_breaks_in_the_middle_of_the_body(page, line, bob, photographs):
    line.cut_after = 100_000
    choose(page, photographs)
    expect_each_once(page, bob, 2)
    assert line.cuts == 1


def test_a_network_that_breaks_before_the_answer(page, line, bob, photographs):
    """The picture is stored, and nobody heard so: it is sent again, and is one."""
    line.loses_answer = True
    choose(page, photographs)
    expect_each_once(page, bob, 2)
    assert line.cuts == 1


def test_a_network_that_breaks_while_a_picture_is_scaled_down(page, bob, tmp_path):
    choose(page, files_in(tmp_path, large_jpg=made.jpeg((6000, 4000))))
    page.context.set_offline(True)
    expect(tiles(page)).to_contain_text(OFFLINE)
    page.context.set_offline(False)
    expect_each_once(page, bob, 1)


def test_a_site_that_cannot_be_reached_for_a_while(page, line, bob, photographs):
    """The browser itself thinks that it is online, and tries again after a while."""
    line.is_down = True
    choose(page, photographs)
    expect(tiles(page).first).to_contain_text(OFFLINE)
    line.is_down = False
    expect_each_once(page, bob, 2)


def test_meanwhile_the_page_can_be_used(page, bob, photographs, tmp_path):
    choose(page, photographs[:1])
    expect_each_once(page, bob, 1)
    page.context.set_offline(True)
    choose(page, photographs[1:])
    expect(tiles(page)).to_contain_text(OFFLINE)
    expect(page.locator("#id_files")).to_be_enabled()
    choose(page, files_in(tmp_path, three_jpg=made.jpeg()))
    expect(tiles(page)).to_have_count(2)
    page.get_by_role("button", name="Remove: two.jpg").click()
    expect(tiles(page)).to_have_count(1)
    expect(page.get_by_role("button", name="Remove picture 1")).to_be_enabled()
    page.context.set_offline(False)
    expect_each_once(page, bob, 2)
    page.get_by_role("button", name="Move picture 1 later").click()
    expect(page.get_by_text("Picture moved.")).to_be_visible()


def test_pictures_are_arranged_while_others_wait(page, bob, photographs, tmp_path):
    """The list of files survives that the gallery is shown anew."""
    choose(page, [*photographs])
    expect_each_once(page, bob, 2)
    page.route("**/upload/", lambda route: route.abort())
    choose(page, files_in(tmp_path, three_jpg=made.jpeg()))
    expect(tiles(page)).to_contain_text(OFFLINE)
    page.get_by_role("button", name="Move picture 1 later").click()
    expect(page.get_by_text("Picture moved.")).to_be_visible()
    expect(tiles(page)).to_contain_text("three.jpg")
    page.unroute("**/upload/")
    expect_each_once(page, bob, 3)


def test_continue_waits_for_what_is_under_way(page, bob, photographs):
    choose(page, photographs[:1])
    expect_each_once(page, bob, 1)
    page.context.set_offline(True)
    choose(page, photographs[1:])
    expect(tiles(page)).to_contain_text(OFFLINE)
    page.get_by_role("button", name="Continue", exact=True).click()
    note = page.locator("[data-leaving]")
    expect(note).to_contain_text("Pictures on their way: 1. We go on when they are here.")
    page.context.set_offline(False)
    expect(page).to_have_url(re.compile("/profile/complete/about/$"))
    assert len(gallery.list_pictures(bob.pk)) == 2


def test_continue_warns_of_what_was_not_added(page, bob, photographs, tmp_path):
    choose(page, [photographs[0], *files_in(tmp_path, bad_jpg=b"<svg/>")])
    expect(page.locator("[data-picture]")).to_have_count(1)
    expect(tiles(page)).to_contain_text("We take JPEG, PNG, WebP, HEIC and AVIF pictures.")
    go_on = page.get_by_role("button", name="Continue", exact=True)
    go_on.click()
    note = page.locator("[data-leaving]")
    expect(note).to_contain_text("Pictures that were not added: 1.")
    page.get_by_role("button", name="Stay here").click()
    expect(note).to_be_hidden()
    expect(go_on).to_be_focused()
    go_on.click()
    page.get_by_role("button", name="Go on without them").click()
    expect(page).to_have_url(re.compile("/profile/complete/about/$"))


def test_leaving_the_page_is_warned_of(page, photographs):
    asked = []

    def stay(dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("heading", name="Your pictures").click()
    page.context.set_offline(True)
    choose(page, photographs)
    expect(tiles(page).first).to_contain_text(OFFLINE)
    page.evaluate("void setTimeout(() => location.assign('/'))")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    assert page.url.endswith(PAGE)
    page.get_by_role("button", name="Remove: one.jpg").click()
    page.get_by_role("button", name="Remove: two.jpg").click()
    page.context.set_offline(False)
    page.goto("/profile/complete/about/")
    assert len(asked) == 1


def test_who_is_signed_out_signs_in_and_goes_on(page, bob, photographs):
    cookies = page.context.cookies()
    page.context.clear_cookies()
    choose(page, photographs)
    expect(tiles(page).first).to_contain_text("You are signed out. Your picture waits here.")
    link = page.get_by_role("link", name="Sign in")
    expect(link).to_have_attribute("href", "/login/")
    expect(link).to_have_attribute("target", "_blank")
    page.context.add_cookies([one for one in cookies if "csrf" not in one["name"]])
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect_each_once(page, bob, 2)


def test_a_busy_site_is_asked_again_after_the_time_it_said(page, bob, photographs):
    answers = [{"status": 503, "headers": {"Retry-After": "1"}, "body": ""}, None]

    def busy(route) -> None:
        answer = answers.pop(0) if answers else None
        route.fulfill(**answer) if answer else route.continue_()

    page.route("**/upload/", busy)
    choose(page, photographs[:1])
    expect(tiles(page)).to_contain_text("Waiting for a free place.")
    expect_each_once(page, bob, 1)


def test_an_error_of_ours_can_be_tried_again_by_keyboard(page, bob, photographs):
    page.route("**/upload/", lambda route: route.fulfill(status=500, body=""))
    choose(page, photographs[:1])
    expect(tiles(page)).to_contain_text("Something went wrong on our side.")
    page.unroute("**/upload/")
    page.locator("#id_files").focus()
    page.keyboard.press("Tab")
    again = page.get_by_role("button", name="Try again: one.jpg")
    expect(again).to_be_focused()
    page.keyboard.press("Enter")
    expect_each_once(page, bob, 1)


def test_a_large_picture_is_scaled_down_upright_before_it_is_sent(page, line, bob, tmp_path):
    whole = made.jpeg((4000, 3000), quality=95, exif=made.exif(6))
    choose(page, files_in(tmp_path, large_jpg=whole))
    expect_each_once(page, bob, 1)
    webp = line.sent[line.sent.index(b"RIFF") :]
    length = 8 + int.from_bytes(webp[4:8], "little")
    assert made.opened(webp[:length]).size == (1536, sizes.SENT_SIDE)
    assert made.hash_of(whole).encode() in line.sent
    [picture] = gallery.list_pictures(bob.pk)
    assert (picture.width, picture.height) == (1200, 1600)


def test_the_same_picture_chosen_twice_is_one(page, bob, photographs):
    choose(page, photographs[:1])
    expect_each_once(page, bob, 1)
    choose(page, [photographs[0], photographs[1]])
    expect_each_once(page, bob, 2)


def test_half_a_picture_is_refused_and_one_without_its_end_is_taken(page, bob, tmp_path):
    """A browser draws what there is of a picture, so that the server has to see the file."""
    whole = made.photograph((3000, 2000))
    half, short = whole[: len(whole) // 2], whole[:-4]
    choose(page, files_in(tmp_path, half_jpg=half, short_jpg=short))
    expect(page.locator("[data-picture]")).to_have_count(1)
    expect(tiles(page)).to_have_count(1)
    expect(tiles(page)).to_contain_text("half.jpg")
    expect(tiles(page)).to_contain_text("This file is damaged or not a picture.")


def test_a_file_that_is_too_large_stays_on_the_phone(page, bob, tmp_path):
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    large = made.jpeg().ljust(sizes.MAX_BYTES + 1, b"\0")
    choose(page, files_in(tmp_path, large_jpg=large, small_jpg=made.jpeg()))
    expect(tiles(page)).to_have_count(1)
    expect(tiles(page)).to_contain_text("This picture is larger than 20 MB.")
    expect(page.locator("[data-picture]")).to_have_count(1)
    assert sum(url.endswith("/upload/") for url in sent) == 1
