"""Uploads and changes of one gallery, many at once: never more than six, and nothing left over."""

from collections import Counter

import pytest
from django.test import Client

from accounts.models import Picture, User
from accounts.pictures import gallery
from tests.accounts.pictures import made
from tests.accounts.pictures.conftest import URL, folder  # noqa: F401  a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]


def send(token: str, content: bytes) -> int:
    """Until there is room in the queue, as the answer asks for."""
    headers = {"Authorization": f"Bearer {token}"}
    while True:
        status = Client().post(URL, {"files": [made.file(content)]}, headers=headers).status_code
        if status != 503:
            return status


def test_fifty_uploads_at_once_make_six_pictures(bob, token_of, together, folder):  # noqa: F811
    token = token_of(bob)
    statuses = Counter(together(50, lambda n: send(token, made.jpeg((200 + n, 200)))))
    assert statuses == {201: 6, 422: 44}
    assert len(gallery.list_pictures(bob.pk)) == Picture.objects.count() == 6
    assert sorted(one.position for one in gallery.list_pictures(bob.pk)) == [0, 1, 2, 3, 4, 5]
    assert len(list(folder.iterdir())) == 12


def test_one_picture_sent_many_times_at_once_is_one(bob, token_of, together, folder):  # noqa: F811
    token = token_of(bob)
    statuses = Counter(together(20, lambda n: send(token, made.jpeg((200 + n % 2, 200)))))
    assert statuses == {201: 20}
    assert len(gallery.list_pictures(bob.pk)) == Picture.objects.count() == 2
    assert len(list(folder.iterdir())) == 4


def test_uploads_while_the_account_is_forgotten(bob, token_of, together, folder):  # noqa: F811
    """Whoever comes first, nothing of the person is left."""
    from accounts.privacy import flows as privacy

    token = token_of(bob)

    def work(number: int) -> object:
        if number == 5:
            return privacy.forget(bob.pk)
        return send(token, made.jpeg((300, 300 + number)))

    together(12, work)
    assert User.objects.get(pk=bob.pk).phone_number is None
    assert gallery.list_pictures(bob.pk) == []
    assert not list(folder.iterdir())


def test_moves_at_once_lose_and_double_nothing(bob, token_of, together, folder):  # noqa: F811
    token = token_of(bob)
    for number in range(6):
        send(token, made.jpeg((100 + number, 100)))
    keys = [one.pk for one in gallery.list_pictures(bob.pk)]
    together(24, lambda n: gallery.move(bob.pk, keys[n % 6], steps=1 if n % 2 else -1))
    shown = gallery.list_pictures(bob.pk)
    assert sorted(one.pk for one in shown) == sorted(keys)
    assert [one.position for one in shown] == [0, 1, 2, 3, 4, 5]


def test_the_last_two_pictures_are_not_both_removed(alice, token_of, together, folder):  # noqa: F811
    send(token_of(alice), made.jpeg())
    keys = [one.pk for one in gallery.list_pictures(alice.pk)]
    results = together(2, lambda n: gallery.delete(alice.pk, keys[n]))
    assert sum(result is None for result in results) == 1
    assert len(gallery.list_pictures(alice.pk)) == 1
