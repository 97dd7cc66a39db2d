"""The keys of access tokens: secrets, and pairs of which the public half is published."""

import hashlib
import json
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

SECRET_ALGORITHMS = ("HS256", "HS384", "HS512")
PAIR_ALGORITHMS = ("ES256", "EdDSA")

_PEM = re.compile(r"-----BEGIN ((?:EC )?PRIVATE KEY)-----[^-]+-----END \1-----")


@dataclass(frozen=True)
class TokenKey:
    """A key that tokens name by `key_id` ("" for those that name none).

    A token of this key counts if it was signed with one of `algorithms`, and with no other: a
    public key is never taken for a secret. `public_jwk`: the public half as RFC 7517 has it, None
    for a secret.
    """

    key_id: str
    algorithms: tuple[str, ...]
    signing_key: Any = field(repr=False)
    verifying_key: Any = field(repr=False)
    public_jwk: dict[str, str] | None = None


def secret_key(key_id: str, secret: str, algorithms: tuple[str, ...]) -> TokenKey:
    return TokenKey(key_id, algorithms, secret, secret)


def read_private_keys(text: str) -> list[TokenKey]:
    r"""The keys of a text with one PEM block or several, in their order; `\n` may stand for a line
    break, since not every file of variables has lines in its values.

    Raises:
        ValueError: a block is no private key of P-256 or Ed25519, or there is something else.
    """
    text = text.replace("\\n", "\n")
    blocks = [found[0] for found in _PEM.finditer(text)]
    if _PEM.sub("", text).strip():
        raise ValueError("must be private keys in PEM, without a password, and nothing else")
    return [_pair(block) for block in blocks]


def _pair(block: str) -> TokenKey:
    from loopin.config import key_pairs  # noqa: PLC0415  large, and needed for pairs alone

    key = key_pairs.read_pem(block)
    algorithm, members = key_pairs.public_members(key)
    key_id = _thumbprint(members)
    published = members | {"kid": key_id, "use": "sig", "alg": algorithm}
    return TokenKey(key_id, (algorithm,), key, key.public_key(), published)


def _thumbprint(members: dict[str, str]) -> str:
    """RFC 7638 §3: SHA-256 of the required members in the order of their names."""
    content = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    return urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
