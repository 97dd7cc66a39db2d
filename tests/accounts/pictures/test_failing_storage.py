"""A storage in trouble of any kind changes no answer about what is saved."""

import pytest

from accounts.models import Picture
from accounts.pictures import flows as pictures
from accounts.pictures import gallery
from tests import broken
from tests.accounts.pictures import made
from tests.cast import BOB
from tests.each import each

BACKEND = "django.core.files.storage.FileSystemStorage"


@pytest.fixture
def break_storage(settings, folder):
    """`break_storage(trouble)`: nothing is deleted, until `break_storage(None)`."""

    def use(trouble, room=0):
        broken.Storage.trouble, broken.Storage.room = trouble, room
        backend = broken.STORAGE if trouble else BACKEND
        options = {"location": str(folder), "base_url": "/media/"}
        pictures = {"BACKEND": backend, "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "pictures": pictures}

    return use


def delete_by_api(api, browser, token, key):
    answer = api.request("DELETE", f"/api/auth/profile-pictures/{key}", token=token)
    assert answer.status_code == 200


def delete_on_the_page(api, browser, token, key):
    page = browser.post(f"/profile/pictures/{key}/delete/", follow=True)
    assert page.status_code == 200


def delete_the_account(api, browser, token, key):
    api.post("/api/auth/account/delete-code", token=token)
    code = {"otp_code": api.sms.last_code(BOB)}
    answer = api.request("DELETE", "/api/auth/account", code, token=token)
    assert answer.status_code == 200


@pytest.mark.parametrize("trouble", broken.TROUBLES, ids=lambda trouble: type(trouble).__name__)
@pytest.mark.parametrize("delete", [delete_by_api, delete_on_the_page, delete_the_account])
def test_a_picture_is_gone_though_its_files_stay_until_the_storage_works(
    api, bob, three, sms, token_of, browser_of, break_storage, folder, delete, trouble
):
    api.sms = sms
    first = gallery.list_pictures(bob.pk)[0]
    token, browser = token_of(bob), browser_of(bob)
    break_storage(trouble)
    delete(api, browser, token, first.pk)
    assert first.pk not in [one.pk for one in gallery.list_pictures(bob.pk)]
    assert len(list(folder.iterdir())) == 6
    break_storage(None)
    pictures.clear_left_over()
    left = Picture.objects.count()
    assert left < 3
    assert len(list(folder.iterdir())) == 2 * left


@each("trouble", broken.TROUBLES)
def test_pictures_before_the_one_in_trouble_are_told(bob, send, break_storage, trouble):
    break_storage(trouble, room=2)  # a picture has two files
    answer = send(bob, made.jpeg((320, 200)), made.jpeg((320, 201)))
    assert answer.status_code in (200, 201)
    data = answer.json()["data"]
    assert (len(data["pictures"]), len(data["refused"])) == (1, 1)
    assert len(gallery.list_pictures(bob.pk)) == 1
