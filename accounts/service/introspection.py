"""Says of an access token whether it counts at this moment (RFC 7662, in our envelope)."""

from typing import Any

from accounts.errors import NotAuthenticated
from accounts.models import Session
from accounts.sessions import access_tokens
from loopin.errors import raises

INACTIVE = {
    "active": False,
    "sub": None,
    "user_id": None,
    "sid": None,
    "token_type": None,
    "iss": None,
    "aud": None,
    "exp": None,
}


@raises()
def introspect(token: str) -> dict[str, Any]:
    """What our own API would make of the token, in one statement; for every token that it would
    refuse the same answer, which does not say why (RFC 7662 §2.2).

    As there, it counts as a use of the session: who shows the token to a service has received it.
    """
    try:
        read = access_tokens.read(token)
    except NotAuthenticated:
        return INACTIVE
    caller = Session.objects.find_caller(read.session_id, generation=read.generation)
    if caller is None or not caller.is_active:
        return INACTIVE
    return {
        "active": True,
        "sub": str(caller.user_id),
        "user_id": caller.user_id,
        "sid": str(caller.session_id),
        "token_type": "Bearer",
        "iss": access_tokens.ISSUER,
        "aud": access_tokens.AUDIENCE,
        "exp": read.expires_at,
    }
