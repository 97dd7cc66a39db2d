"""The same file twice is one picture: sent again, by two requests at once, or after a kill."""

from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import Picture
from accounts.pictures import decoding, gallery
from accounts.pictures import flows as pictures
from loopin.sql import execute
from tests.accounts.pictures import made
from tests.accounts.pictures.conftest import URL, codes
from tests.each import each
from tests.live import database_url

ORIGINAL = "0123456789abcdef" * 4


def ids(response):
    assert response.status_code == 201, response.content
    return [one["id"] for one in response.json()["data"]["pictures"]]


@pytest.fixture
def send_as(token_of):
    """`send_as(user, hashes, content, …)`: the API's answer to files made from others."""

    def upload(user, hashes, *contents):
        files = [made.file(content) for content in contents]
        headers = {"Authorization": f"Bearer {token_of(user)}"}
        return Client().post(URL, {"files": files, "source_hashes": hashes}, headers=headers)

    return upload


def test_a_file_that_is_sent_again_gives_the_picture_that_is_there(bob, send, folder):
    first = ids(send(bob, made.jpeg(), made.png()))
    assert ids(send(bob, made.png(), made.jpeg())) == first[::-1]
    assert len(list(folder.iterdir())) == 4


def test_a_file_that_is_twice_in_a_request_is_one_picture(bob, send):
    one, other = ids(send(bob, made.jpeg(), made.jpeg()))
    assert one == other
    assert Picture.objects.count() == 1


def test_a_full_gallery_takes_what_it_has(bob, send):
    files = [made.jpeg((64 + number, 64)) for number in range(6)]
    assert ids(send(bob, *files)) == ids(send(bob, *files))
    assert codes(send(bob, made.png())) == {("files", "too_many_pictures")}


def test_a_removed_picture_can_be_added_again(bob, send):
    [first] = ids(send(bob, made.jpeg()))
    gallery.delete(bob.pk, UUID(first))
    assert ids(send(bob, made.jpeg())) != [first]


def test_two_people_may_have_the_same_picture(alice, bob, send):
    assert ids(send(alice, made.jpeg())) != ids(send(bob, made.jpeg()))


def test_what_was_made_from_one_file_is_one_picture(bob, send, send_as):
    """A browser that scales down writes other bytes than the next one."""
    [first] = ids(send_as(bob, [ORIGINAL], made.jpeg((300, 200))))
    assert ids(send_as(bob, [ORIGINAL.upper()], made.jpeg((299, 200)))) == [first]
    original = made.jpeg((640, 480))
    [whole] = ids(send(bob, original))
    assert ids(send_as(bob, [made.hash_of(original)], made.jpeg((320, 240)))) == [whole]


@each("hashes", [["x"], [ORIGINAL, ORIGINAL], [""], [ORIGINAL + "0"], ["g" * 64]])
def test_hashes_that_are_none_are_refused(bob, send_as, hashes):
    response = send_as(bob, hashes, made.jpeg())
    assert codes(response) == {("source_hashes", "invalid")}
    assert not Picture.objects.exists()


def test_a_file_that_was_refused_may_be_sent_again(bob, send):
    for _ in range(2):
        assert codes(send(bob, b"<svg/>")) == {("files", "picture_kind_not_allowed")}


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_was_killed_can_be_repeated(bob, send, folder):
    """The row that it left neither blocks the picture nor takes the place of another."""
    content = made.jpeg()
    encoded = decoding.encode(made.file(content).file)
    pictures._reserve(bob.pk, encoded, made.hash_of(content))
    ids(send(bob, content, *[made.jpeg((64 + number, 64)) for number in range(5)]))
    assert len(gallery.list_pictures(bob.pk)) == 6


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_cannot_be_shown_takes_no_place(bob, folder):
    """Here because something else holds the account for too long."""
    content = made.jpeg()
    encoded = decoding.encode(made.file(content).file)
    row = pictures._reserve(bob.pk, encoded, made.hash_of(content))
    with psycopg.connect(database_url()) as other:
        other.execute("SELECT FROM accounts_user WHERE id = %s FOR UPDATE", [bob.pk])
        execute("SET lock_timeout = '10ms'", [])
        try:
            with pytest.raises(OperationalError):
                pictures._store(row, encoded)
        finally:
            execute("RESET lock_timeout", [])
    assert not Picture.objects.exists()
    assert not list(folder.iterdir())


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_ends_second_gives_the_first_picture(bob, folder):
    content = made.jpeg()
    encoded = decoding.encode(made.file(content).file)
    rows = [pictures._reserve(bob.pk, encoded, made.hash_of(content)) for _ in range(2)]
    assert [pictures._store(row, encoded) for row in rows] == [(rows[0], True), (rows[0], False)]
    assert Picture.objects.get() == rows[0]
    assert len(list(folder.iterdir())) == 2
