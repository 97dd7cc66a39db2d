"""Refresh tokens: 256 random bits, tied to a session, of which the database keeps the SHA-256.

A token is base64url of the session's id (16 bytes), the secret (32) and a seal (18). The secret of
a successor is an HMAC of its parent, so that whoever presents a parent again is given the same
successor, though nothing readable is stored. The seal tells our tokens from invented ones: one of
ours that is not current was used before, while an invented one says nothing about the session.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from functools import cache
from typing import Self
from uuid import UUID

from django.conf import settings

from accounts.errors import InvalidToken
from loopin.errors import raises

ID_BYTES = 16
SECRET_BYTES = 32
SEAL_BYTES = 18
GENERATION_BYTES = 8


@dataclass(frozen=True)
class RefreshToken:
    session_id: UUID
    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls, session_id: UUID) -> Self:
        """The first token of a session, from the system's CSPRNG."""
        return cls(session_id, secrets.token_bytes(SECRET_BYTES))

    @classmethod
    @raises(InvalidToken)
    def parse(cls, text: str) -> Self:
        """Read a token that we issued, current or used."""
        try:
            content = base64.b64decode(text, altchars=b"-_", validate=True)
        except ValueError:
            raise InvalidToken from None
        body, seal = content[:-SEAL_BYTES], content[-SEAL_BYTES:]
        if len(body) != ID_BYTES + SECRET_BYTES or not hmac.compare_digest(seal, _seal(body)):
            raise InvalidToken
        return cls(UUID(bytes=body[:ID_BYTES]), body[ID_BYTES:])

    def successor(self) -> Self:
        """The token that replaces this one, always the same."""
        return type(self)(self.session_id, _keyed(b"successor", self._body))

    @property
    def hash(self) -> str:
        """SHA-256 (hex). 256 random bits cannot be guessed, so no slow hash is needed."""
        return hashlib.sha256(self._body).hexdigest()

    @property
    def generation(self) -> str:
        """What the access tokens that come with this one have of its hash, in their `jti`."""
        return self.hash[: 2 * GENERATION_BYTES]

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(self._body + _seal(self._body)).decode()

    @property
    def _body(self) -> bytes:
        return self.session_id.bytes + self.secret


def _seal(body: bytes) -> bytes:
    return _keyed(b"seal", body)[:SEAL_BYTES]


def _keyed(purpose: bytes, body: bytes) -> bytes:
    return hmac.digest(_key(), purpose + body, "sha256")


@cache
def _key() -> bytes:
    return hmac.digest(
        settings.SECRET_KEY.encode(), b"accounts.sessions.refresh_tokens.key", "sha256"
    )
