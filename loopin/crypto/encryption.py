"""Encrypts the few secrets that have to be read again, so that a copy of the database holds none.

AES-256-GCM, with keys that are made from settings and never stored. The first key encrypts, and all
of them decrypt, so that a key can be replaced while the site runs (docs/deployment.md).
"""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12
"""NIST SP 800-38D §8.2.2: 96 random bits, for at most 2³² secrets under one key."""


class DecryptionFailed(Exception):
    """No key of ours encrypted this text for this use."""


def encrypt(secret: bytes, *, use: str) -> str:
    """Encrypt a secret, as base64 of 28 bytes more than it has.

    `use`: what the secret is for and whose it is. The text decrypts for the same use alone, so a
    row that was copied into another account is worth nothing there.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_keys()[0]).encrypt(nonce, secret, use.encode())
    return b64encode(nonce + sealed).decode()


def decrypt(text: str, *, use: str) -> bytes:
    """The secret of an encrypted text. Raises DecryptionFailed."""
    stored = b64decode(text)
    nonce, sealed = stored[:NONCE_BYTES], stored[NONCE_BYTES:]
    for key in _keys():
        try:
            return AESGCM(key).decrypt(nonce, sealed, use.encode())
        except InvalidTag:
            continue
    raise DecryptionFailed(f"No key decrypts a secret for {use}; see ENCRYPTION_KEYS")


def _keys() -> list[bytes]:
    """A key of 256 bits for each of the settings' words, which are long and random already."""
    return [
        hmac.new(word.encode(), b"loopin.crypto.encryption", hashlib.sha256).digest()
        for word in settings.ENCRYPTION_KEYS
    ]
