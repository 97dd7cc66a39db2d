"""Issues and reads access tokens: JWTs that name a session, and are valid while its row is live."""

import base64
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import jwt
import orjson
from django.conf import settings

from accounts.errors import InvalidToken, TokenExpired
from accounts.sessions.flows import SignedIn
from accounts.sessions.refresh_tokens import GENERATION_BYTES, RefreshToken
from loopin.config.token_keys import TokenKey
from loopin.errors import raises

ISSUER = "loopin"
AUDIENCE = "loopin-api"
TYPE = "access"
REQUIRED_CLAIMS = ["sub", "sid", "jti", "typ", "iss", "aud", "iat", "exp"]
LEEWAY_SECONDS = 10
"""How far the clocks of two servers may differ (RFC 7519 §4.1.4): a token counts so much earlier
than it says, and so much longer. Clients are told the lifetime without it."""
REMEMBERED = 4096
"""Tokens of which a process remembers that their signature is right, the last used; 1 kB each."""


def lifetime_seconds() -> int:
    return settings.JWT_ACCESS_TOKEN_EXPIRE_MINUTES * 60


@dataclass(frozen=True)
class AccessToken:
    """What is read from a token. `generation`: of the refresh token that it came with;
    `expires_at`: in seconds since 1970."""

    session_id: UUID
    generation: str
    expires_at: int


def issue(
    *,
    session_id: UUID,
    user_id: int,
    phone_number: str | None,
    refresh_token: RefreshToken | None = None,
) -> str:
    """A signed access token, good for `JWT_ACCESS_TOKEN_EXPIRE_MINUTES`.

    `refresh_token`: the one that comes with it, None where the client keeps the one it has.
    """
    generation = refresh_token.generation if refresh_token else secrets.token_hex(GENERATION_BYTES)
    issued_at = int(time.time())
    claims = {
        "sub": str(user_id),
        "user_id": user_id,
        "phone_number": phone_number,
        "sid": str(session_id),
        "jti": generation + secrets.token_hex(GENERATION_BYTES),
        "typ": TYPE,
        "iss": ISSUER,
        "aud": AUDIENCE,
        "iat": issued_at,
        "exp": issued_at + lifetime_seconds(),
    }
    key = settings.JWT_KEYS[0]
    headers = {"kid": key.key_id} if key.key_id else None
    return jwt.encode(claims, key.signing_key, algorithm=key.algorithms[0], headers=headers)


@raises(TokenExpired, InvalidToken)
def read(token: str, *, may_be_expired: bool = False) -> AccessToken:
    """Read a genuine access token, which expired at most `LEEWAY_SECONDS` ago.

    What a token says never changes, and its session's row is asked each time whether it counts. So
    its signature is verified once, as long as the key that did it stays and the token lives.
    """
    if may_be_expired:
        return _verify(token, verify_exp=False)[0]
    access_token, key = _verify_once(token)
    if access_token.expires_at > time.time() and _find_key(key.key_id) is key:
        return access_token
    return _verify(token)[0]


@raises(TokenExpired, InvalidToken)
def _verify(token: str, *, verify_exp: bool = True) -> tuple[AccessToken, TokenKey]:
    """Verify the signature and what the token says; returns the key that verified it, too."""
    try:
        key = _find_key(_key_id(token))
        claims = jwt.decode(
            token,
            key.verifying_key,
            algorithms=key.algorithms,
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED_CLAIMS, "verify_exp": verify_exp},
        )
        if claims["typ"] != TYPE:
            raise InvalidToken
        generation = claims["jti"][: 2 * GENERATION_BYTES]
        return AccessToken(UUID(claims["sid"]), generation, int(claims["exp"])), key
    except jwt.ExpiredSignatureError:
        raise TokenExpired from None
    except (jwt.InvalidTokenError, ValueError, AttributeError, TypeError):
        raise InvalidToken from None


_verify_once = lru_cache(maxsize=REMEMBERED)(_verify)
"""Remembers the last genuine tokens. Nothing is kept of one that is refused, because `_verify`
raises: whoever sends many invented ones drives nobody's token out."""


def _key_id(token: str) -> str:
    """The name of the key that a token says to be signed with, "" for none; nothing is verified.

    PyJWT would read the whole token for it, which takes as long as verifying.
    """
    header = token.partition(".")[0]
    key_id: str = orjson.loads(base64.urlsafe_b64decode(header + "==")).get("kid", "")
    return key_id


@raises(InvalidToken)
def _find_key(key_id: str) -> TokenKey:
    """The key that a token names: it says which, and never what or where the key is."""
    for key in settings.JWT_KEYS:
        if key.key_id == key_id:
            return key
    raise InvalidToken


def issue_for(signed_in: SignedIn) -> str:
    """The access token of somebody who just signed in."""
    account = signed_in.account
    return issue(
        session_id=signed_in.session_id,
        user_id=account.pk,
        phone_number=account.phone_number,
        refresh_token=signed_in.refresh_token,
    )
