"""A password is the same on every keyboard."""

import pytest
from django.contrib.auth.hashers import make_password

from accounts.models import User
from tests.each import each

COMPOSED = "caf\u00e9 \u0915\u094d\u200d\u0937 lamp post"
SPELLINGS = [
    COMPOSED,
    "cafe\u0301 \u0915\u094d\u200d\u0937 lamp post",
    "caf\u00e9\u00a0\u0915\u094d\u200d\u0937\u2003lamp\u3000post",
]


@pytest.fixture
def dana(db):
    return User.objects.create_user("dana", password=SPELLINGS[1], is_staff=True)


@each("typed", SPELLINGS)
def test_every_spelling_is_the_password(dana, typed):
    assert dana.check_password(typed)


@each("typed", ["cafe lamp post", COMPOSED.upper(), f" {COMPOSED}", f"{COMPOSED} ", ""])
def test_another_password_is_not(dana, typed):
    assert not dana.check_password(typed)


def test_a_hash_of_another_spelling_works_and_is_replaced(dana):
    User.objects.update(password=make_password(SPELLINGS[1]))
    old = User.objects.get(pk=dana.pk)
    assert old.check_password(SPELLINGS[1])
    assert User.objects.get(pk=dana.pk).check_password(COMPOSED)


def test_a_hash_of_another_spelling_opens_to_nothing_else(dana):
    User.objects.update(password=make_password(SPELLINGS[1]))
    assert not User.objects.get(pk=dana.pk).check_password("caf\u00e9\u00a0")
