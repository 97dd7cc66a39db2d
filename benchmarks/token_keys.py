"""What signing and verifying an access token costs with each algorithm.

`python -m benchmarks.token_keys` prints microseconds, the best of several rounds.
"""

import os
import time
from collections.abc import Callable
from functools import partial
from uuid import uuid4

import jwt

from loopin.config.key_pairs import generate_pem
from loopin.config.token_keys import (
    PAIR_ALGORITHMS,
    TokenKey,
    read_private_keys,
    secret_key,
)

ROUNDS, TOKENS = 7, 500
AUDIENCE, ISSUER = "loopin-api", "loopin"


def keys() -> list[TokenKey]:
    pairs = [read_private_keys(generate_pem(algorithm))[0] for algorithm in PAIR_ALGORITHMS]
    return [secret_key("", os.urandom(32).hex(), ("HS256",)), *pairs]


def claims() -> dict[str, object]:
    """As many as an access token has (accounts/sessions/access_tokens.py)."""
    now = int(time.time())
    who = {"sub": "4", "user_id": 4, "phone_number": "+916205829376", "sid": str(uuid4())}
    about = {"jti": uuid4().hex, "typ": "access", "iss": ISSUER, "aud": AUDIENCE}
    return who | about | {"iat": now, "exp": now + 1800}


def microseconds(action: Callable[[], object]) -> float:
    found = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(TOKENS):
            action()
        found.append((time.perf_counter() - started) / TOKENS)
    return min(found) * 1_000_000


def measure(key: TokenKey) -> str:
    algorithm, headers = key.algorithms[0], {"kid": key.key_id} if key.key_id else None
    sign = partial(jwt.encode, claims(), key.signing_key, algorithm, headers)
    token = sign()
    verify = partial(
        jwt.decode,
        token,
        key.verifying_key,
        key.algorithms,
        audience=AUDIENCE,
        issuer=ISSUER,
    )
    return (
        f"{algorithm}: sign {microseconds(sign):.0f} µs, verify {microseconds(verify):.0f} µs,"
        f" {len(token)} characters"
    )


if __name__ == "__main__":
    for key in keys():
        print(measure(key))
