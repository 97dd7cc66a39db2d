"""A site that takes profiles without pictures: PICTURES_REQUIRED=false."""

import pytest

from accounts.models import UserProfile
from accounts.pictures import gallery
from tests.accounts.pictures import made
from tests.accounts.pictures.conftest import URL, codes
from tests.cast import PROFILE
from tests.steps import send, send_all

COMPLETE = "/api/auth/complete-profile"
PAGE = "/profile/pictures/"
STEP = "/profile/complete/pictures/"
WITHOUT = {name: value for name, value in PROFILE.items() if name != "profile_pictures"}


@pytest.fixture
def optional(settings):
    settings.PICTURES_REQUIRED = False


@pytest.fixture
def browser(bob, browser_of):
    return browser_of(bob)


def test_the_step_can_be_skipped_and_pictures_added_later(optional, browser, bob):
    send_all(browser, "about", "interests")
    page = browser.get(PAGE).content.decode()
    assert "Skip for now" in page
    assert "You can add them later, too." in page
    assert browser.post(STEP)["Location"] == "/profile/complete/more/"
    assert send(browser, "more")["Location"] == "/profile/"
    assert UserProfile.objects.as_json(bob.pk)["profile_pictures"] == []
    page = browser.get("/profile/").content.decode()
    assert 'class="avatar"' not in page
    browser.post(f"{PAGE}upload/", {"files": [made.file(made.jpeg())]})
    assert 'class="avatar"' in browser.get("/profile/").content.decode()


def test_pictures_that_were_added_after_skipping_stay(optional, browser, bob):
    send_all(browser, "about", "interests")
    browser.post(STEP)
    browser.post(f"{PAGE}upload/", {"files": [made.file(made.jpeg())]})
    assert send(browser, "more")["Location"] == "/profile/"
    assert len(gallery.list_pictures(bob.pk)) == 1


def test_the_step_is_shown_before_it_is_skipped(optional, browser, bob):
    send_all(browser, "about", "interests")
    assert send(browser, "more")["Location"] == "/profile/complete/"
    assert browser.get("/profile/complete/")["Location"] == STEP


def test_a_required_step_cannot_be_skipped(browser, bob):
    send_all(browser, "about", "interests")
    assert "Skip for now" not in browser.get(PAGE).content.decode()
    assert browser.post(STEP)["Location"] == STEP
    assert send(browser, "more")["Location"] == "/profile/complete/"
    assert not UserProfile.objects.exists()


def test_a_step_that_was_skipped_counts_no_more_once_pictures_are_required(
    optional, settings, browser, bob
):
    send_all(browser, "about", "interests")
    browser.post(STEP)
    settings.PICTURES_REQUIRED = True
    assert send(browser, "more")["Location"] == "/profile/complete/"
    assert not UserProfile.objects.exists()


@pytest.mark.parametrize("fields", [WITHOUT, WITHOUT | {"profile_pictures": []}])
def test_an_app_completes_a_profile_without_pictures(optional, api, bob, token_of, fields):
    token = token_of(bob)
    response = api.post(COMPLETE, fields, token=token)
    assert response.status_code == 200, response.content
    profile = api.get("/api/auth/profile", token=token).json()
    assert (profile["profile_pictures"], profile["avatar"]) == ([], None)
    change = {"profile_pictures": PROFILE["profile_pictures"]}
    data = api.patch("/api/auth/profile", change, token=token).json()["data"]
    assert data["avatar"] == PROFILE["profile_pictures"][0]


@pytest.mark.parametrize("fields", [WITHOUT, WITHOUT | {"profile_pictures": []}])
def test_an_app_is_told_that_pictures_are_required(api, bob, token_of, fields):
    response = api.post(COMPLETE, fields, token=token_of(bob))
    assert codes(response) == {("profile_pictures", "required")}


def test_the_last_picture_of_a_profile_can_be_removed(optional, api, alice, token_of):
    token = token_of(alice)
    [picture] = gallery.list_pictures(alice.pk)
    assert api.request("DELETE", f"{URL}/{picture.pk}", token=token).status_code == 200
    assert api.get("/api/auth/profile", token=token).json()["profile_pictures"] == []
