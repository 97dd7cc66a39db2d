"""Refresh tokens as text: their seal, their successor, and what is none."""

import base64
import hmac
from uuid import UUID

import pytest

from accounts.errors import InvalidToken
from accounts.sessions.refresh_tokens import RefreshToken

SESSION_ID = UUID("3f0c2a52-6a0e-4f7d-9a53-0a8d2f8f4b11")
TOKEN = RefreshToken(SESSION_ID, bytes(range(224, 256)))
BODY = SESSION_ID.bytes + TOKEN.secret


@pytest.fixture
def keyed(settings):
    """`keyed(b"seal" + body)`: under the key of refresh tokens."""
    secret = settings.SECRET_KEY.encode()
    key = hmac.digest(secret, b"accounts.sessions.refresh_tokens.key", "sha256")
    return lambda message: hmac.digest(key, message, "sha256")


def written(content):
    return base64.urlsafe_b64encode(content).decode()


def test_a_token_is_its_session_its_secret_and_the_seal_of_both(keyed):
    assert str(TOKEN) == written(BODY + keyed(b"seal" + BODY)[:18])
    assert {"-", "_"} & set(str(TOKEN))
    assert RefreshToken.parse(str(TOKEN)) == TOKEN


def test_a_successor_follows_from_its_parent_and_the_key(keyed):
    assert TOKEN.successor() == RefreshToken(SESSION_ID, keyed(b"successor" + BODY))


def test_the_first_token_of_a_session_is_drawn():
    drawn = [RefreshToken.generate(SESSION_ID) for _ in range(2)]
    assert [(one.session_id, len(one.secret)) for one in drawn] == [(SESSION_ID, 32)] * 2
    assert drawn[0] != drawn[1]


@pytest.mark.parametrize("body", [BODY[:-1], BODY + b"x", b""])
def test_a_sealed_token_of_another_length_is_none(keyed, body):
    with pytest.raises(InvalidToken):
        RefreshToken.parse(written(body + keyed(b"seal" + body)[:18]))


@pytest.mark.parametrize("text", [f"!{TOKEN}", f"{TOKEN}\n", written(BODY), str(TOKEN)[:-4]])
def test_what_was_changed_on_its_way_is_none(text):
    with pytest.raises(InvalidToken):
        RefreshToken.parse(text)
