"""Issues and reads access tokens: JWTs that name a session, and are valid while its row is live."""

import secrets
import time
from dataclasses import dataclass
from uuid import UUID

import jwt
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
    """Read a genuine access token, which expired at most `LEEWAY_SECONDS` ago."""
    try:
        key = _find_key(jwt.get_unverified_header(token).get("kid", ""))
        claims = jwt.decode(
            token,
            key.verifying_key,
            algorithms=key.algorithms,
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=LEEWAY_SECONDS,
            options={"require": REQUIRED_CLAIMS, "verify_exp": not may_be_expired},
        )
        if claims["typ"] != TYPE:
            raise InvalidToken
        generation = claims["jti"][: 2 * GENERATION_BYTES]
        return AccessToken(UUID(claims["sid"]), generation, int(claims["exp"]))
    except jwt.ExpiredSignatureError:
        raise TokenExpired from None
    except (jwt.InvalidTokenError, ValueError, AttributeError, TypeError):
        raise InvalidToken from None


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
