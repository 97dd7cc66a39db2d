"""Uploading again with the same key gives the first answer, and another picture with it none."""

import pytest

from accounts.models import Picture
from tests.accounts.pictures import made
from tests.accounts.pictures.conftest import URL, folder  # noqa: F401  a fixture

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
ONE, OTHER = made.jpeg((320, 200)), made.jpeg((320, 201))


@pytest.fixture
def send(api, alice, token_of):
    def upload(*contents, key=KEY, user=alice, **fields):
        files = [made.file(content, f"{number}.jpg") for number, content in enumerate(contents)]
        headers = {"Authorization": f"Bearer {token_of(user)}", "Idempotency-Key": key}
        return api.client.post(URL, {"files": files} | fields, headers=headers)

    return upload


def test_the_first_answer_comes_again_although_the_picture_is_gone(send, alice):
    first = send(ONE)
    assert first.status_code == 201
    Picture.objects.filter(user_id=alice.pk).delete()
    again = send(ONE)
    assert (again.status_code, again.content) == (201, first.content)
    assert not Picture.objects.filter(user_id=alice.pk, width__gt=0).exists()


def test_another_file_or_another_word_about_it_is_another_upload(send):
    assert send(ONE).status_code == 201
    for response in (
        send(OTHER),
        send(ONE, OTHER),
        send(ONE, source_hashes=["0" * 64]),
    ):
        assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")


def test_an_upload_that_is_refused_leaves_the_key_unused(send):
    assert send(b"no picture").status_code == 422
    assert send(ONE).status_code == 201


def test_another_account_has_its_own(send, bob):
    first, other = send(ONE), send(ONE, user=bob)
    assert other.status_code == 201
    assert other.json()["data"]["pictures"][0]["id"] != first.json()["data"]["pictures"][0]["id"]
