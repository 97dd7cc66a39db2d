import pytest
from django.core.files.storage import storages

from tests.accounts.pictures import made

URL = "/api/auth/profile-pictures"


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    """The folder of the pictures, one for each test."""
    place = tmp_path / "media"
    place.mkdir()
    use_folder(settings, place)
    return place


def use_folder(settings, place) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    options = {"location": str(place), "base_url": "/media/"}
    pictures = {"BACKEND": backend, "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "pictures": pictures}
    assert storages["pictures"].location == str(place)


@pytest.fixture
def send(api, token_of):
    """`send(user, content, …)`: the API's answer to these files."""

    def upload(user, *contents):
        files = [
            one if not isinstance(one, bytes) else made.file(one, f"{number}.jpg")
            for number, one in enumerate(contents)
        ]
        headers = {"Authorization": f"Bearer {token_of(user)}"}
        return api.client.post(URL, {"files": files}, headers=headers)

    return upload


@pytest.fixture
def three(send, bob):
    """Bob's three pictures, as the API tells of them."""
    return send(bob, *[made.jpeg((320, 200 + n)) for n in range(3)]).json()["data"]["pictures"]


def listed(api, token):
    return api.get(URL, token=token).json()["data"]


def codes(response):
    return {(error["field"], error["code"]) for error in response.json()["errors"]}
