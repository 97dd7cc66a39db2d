"""The gallery's page in a browser without JavaScript."""

import re
import uuid

import pytest
from django.test import Client

from accounts.models import Picture, UserProfile
from accounts.pictures import gallery, sizes
from tests.accounts.pictures import made
from tests.cast import PROFILE
from tests.each import each
from tests.steps import send, send_all

PAGE = "/profile/pictures/"
UPLOAD = f"{PAGE}upload/"


@pytest.fixture
def browser(bob, browser_of):
    return browser_of(bob)


def add(browser, *contents):
    files = [made.file(content, f"holiday {n}.jpg") for n, content in enumerate(contents)]
    return browser.post(UPLOAD, {"files": files})


def keys(user):
    return [picture.pk for picture in gallery.list_pictures(user.pk)]


def test_pictures_are_added_before_the_profile(browser, bob):
    page = browser.get(PAGE).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert "Continue" not in page
    response = add(browser, made.jpeg(), made.png())
    assert response["Location"] == PAGE
    page = browser.get(PAGE).content.decode()
    assert "2 pictures added." in page
    assert 'action="/profile/complete/pictures/"' in page
    assert len(re.findall(r'src="/media/[0-9a-f]{32}-small\.webp"', page)) == 2
    assert "Main picture" in page


def test_a_refused_file_is_named_with_its_reason_and_the_others_stay(browser, bob):
    response = add(browser, made.jpeg(), b"<svg/>")
    assert response.status_code == 200
    page = " ".join(response.content.decode().split())
    assert "<strong>holiday 1.jpg</strong>: " in page
    assert "We take JPEG, PNG, WebP, HEIC and AVIF pictures." in page
    assert len(keys(bob)) == 1
    assert add(browser, b"").status_code == 422
    assert browser.post(UPLOAD).status_code == 422


def test_a_picture_that_is_there_already_is_said_to_be(browser, bob):
    add(browser, made.jpeg())
    assert add(browser, made.jpeg())["Location"] == PAGE
    assert "This picture is in your gallery already." in browser.get(PAGE).content.decode()
    add(browser, made.jpeg(), made.png())
    assert "1 picture added." in browser.get(PAGE).content.decode()
    assert len(keys(bob)) == 2


def test_hashes_that_are_none_are_refused(browser):
    body = {"files": [made.file(made.jpeg())], "source_hashes": ["x"]}
    response = browser.post(UPLOAD, body)
    assert response.status_code == 422
    assert "Send one SHA-256" in response.content.decode()


def test_the_answer_to_an_upload_may_be_reloaded(browser):
    assert browser.get(UPLOAD)["Location"] == PAGE


def test_a_name_is_shown_as_text(browser):
    bad = made.file(b"<svg/>", "<script>alert(1)<script>.jpg")
    page = browser.post(UPLOAD, {"files": [bad]}).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page


def test_what_can_be_done_with_a_picture(browser, bob, folder, django_capture_on_commit_callbacks):
    add(browser, *[made.jpeg((64 + n, 64)) for n in range(3)])
    one, two, three = keys(bob)
    browser.post(f"{PAGE}{one}/move/", {"direction": "later"})
    assert keys(bob) == [two, one, three]
    browser.post(f"{PAGE}{three}/move/", {"direction": "earlier"})
    assert keys(bob) == [two, three, one]
    browser.post(f"{PAGE}{two}/move/", {"direction": "earlier"})
    browser.post(f"{PAGE}{one}/move/", {"direction": "later"})
    assert keys(bob) == [two, three, one]
    browser.post(f"{PAGE}order/", {"order": [str(one), str(two), str(three)]})
    assert keys(bob) == [one, two, three]
    browser.post(f"{PAGE}order/", {"order": [str(one), "x"]})
    assert keys(bob) == [one, two, three]
    browser.post(f"{PAGE}{three}/avatar/")
    assert Picture.objects.get(is_avatar=True).pk == three
    browser.post(f"{PAGE}{two}/avatar/")
    assert Picture.objects.get(is_avatar=True).pk == two
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(f"{PAGE}{two}/delete/")["Location"] == PAGE
    assert keys(bob) == [one, three]
    assert len(list(folder.iterdir())) == 4


@pytest.mark.parametrize("verb", ["delete", "move", "avatar"])
def test_somebody_else_s_picture_is_not_there(browser, alice, browser_of, verb):
    [key] = keys(alice)
    response = browser.post(f"{PAGE}{key}/{verb}/", follow=True)
    assert b"This picture is not there any more." in response.content
    assert keys(alice) == [key]
    response = browser.post(f"{PAGE}{uuid.uuid4()}/{verb}/", follow=True)
    assert b"not there any more" in response.content


def test_the_last_picture_of_a_profile_stays(alice, browser_of):
    [key] = keys(alice)
    browser = browser_of(alice)
    response = browser.post(f"{PAGE}{key}/delete/", follow=True)
    assert b"A profile needs a picture. Add another one first." in response.content
    assert keys(alice) == [key]
    assert b'href="/profile/"' in response.content


def test_a_link_of_an_app_is_shown_without_telling_where_from(alice, browser_of):
    page = browser_of(alice).get(PAGE).content.decode()
    assert f'src="{PROFILE["profile_pictures"][0]}"' in page
    assert 'referrerpolicy="no-referrer"' in page


def test_a_profile_shows_the_small_ones_from_here(alice, browser_of):
    browser = browser_of(alice)
    add(browser, made.jpeg())
    uploaded = keys(alice)[1]
    browser.post(f"{PAGE}{uploaded}/avatar/")
    page = browser.get("/profile/").content.decode()
    name = Picture.objects.get(pk=uploaded).name
    assert page.count(f'src="/media/{name}-small.webp"') == 2
    assert f'href="/media/{name}.webp"' in page


def test_a_profile_is_completed_with_what_was_uploaded(browser, bob):
    send_all(browser, "about", "interests")
    assert send(browser, "more")["Location"] == "/profile/complete/"
    assert not UserProfile.objects.exists()
    add(browser, made.jpeg(), made.png())
    _, second = keys(bob)
    browser.post(f"{PAGE}{second}/avatar/")
    assert send(browser, "more")["Location"] == "/profile/"
    shown = UserProfile.objects.as_json(bob.pk)
    assert len(shown["profile_pictures"]) == 2
    assert shown["avatar"] == shown["profile_pictures"][1]


@each("path", [PAGE, UPLOAD, f"{PAGE}order/", f"{PAGE}{uuid.UUID(int=0)}/delete/"])
def test_visitors_sign_in_first(client, db, path):
    response = client.get(path) if path == PAGE else client.post(path)
    assert response["Location"] == "/login/"


def test_a_visitor_s_large_body_is_not_read(client, db):
    body = {"files": [made.file(b"x" * 2_000_000)]}
    assert client.post(UPLOAD, body).status_code == 413


def test_the_form_is_guarded_against_other_sites(bob, browser_of):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = browser_of(bob).cookies
    response = browser.post(UPLOAD, {"files": [made.file(made.jpeg())]})
    assert response.status_code == 403
    assert not Picture.objects.exists()


def test_files_of_a_form_that_is_out_of_date_are_not_said_to_be_added(bob, browser_of):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = browser_of(bob).cookies
    form = {"csrfmiddlewaretoken": "f" * 64, "files": [made.file(made.jpeg())]}
    response = browser.post(UPLOAD, form, headers={"HX-Request": "true", "HX-Target": "pictures"})
    assert response.status_code == 403
    assert '<p class="message error" role="alert">Nothing was sent' in response.text
    assert not Picture.objects.exists()


def test_a_move_that_is_out_of_date_shows_the_gallery_as_it_is(bob, browser_of):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = browser_of(bob).cookies
    stale = {"X-CSRFToken": "f" * 64, "Referer": f"http://testserver{PAGE}"}
    response = browser.post(f"{PAGE}order/", headers=stale, follow=True)
    assert response.redirect_chain == [(f"http://testserver{PAGE}", 302)]
    assert "That page was out of date, so nothing was sent." in response.text


def test_a_customer_s_body_beyond_the_limit_is_refused(browser):
    body = b"x" * (sizes.MAX_BODY_BYTES + 1)
    response = browser.generic("POST", UPLOAD, body, "multipart/form-data; boundary=x")
    assert response.status_code == 413
