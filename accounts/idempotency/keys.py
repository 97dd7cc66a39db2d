"""Keys that clients give to requests: how they are written, and what the database has of them.

The database has keyed hashes of the key, of whose it is and of the request, and the answer
encrypted under the key itself. So a copy of it tells nothing, not even together with our secrets.
"""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.fernet import Fernet
from django.utils.crypto import salted_hmac

HEADER = "Idempotency-Key"
MIN_LENGTH = 16
"""So that nobody comes upon somebody else's key by chance, or guesses it."""
MAX_LENGTH = 255

LENGTH = f"{{{MIN_LENGTH},{MAX_LENGTH}}}"
WRITTEN = re.compile(rf'"([ !#-\[\]-~]{LENGTH})"|([!#-+\--:<-\[\]-~]{LENGTH})')
"""A String of RFC 9651 §3.3.3 without escapes, as the draft wants it, or the same without its
quotes, as many clients write it."""


def parse(written: str) -> str | None:
    """The key of a header; None if it is none."""
    found = WRITTEN.fullmatch(written.strip())
    return (found[1] or found[2]) if found else None


@dataclass(frozen=True)
class RequestKey:
    """The key of one request. `scope`: the operation and the account, for which alone it counts."""

    value: str = field(repr=False)
    scope: str

    @property
    def hash(self) -> str:
        return self._hash("key", "").hex()

    def fingerprint(self, content: str) -> str:
        """A keyed hash of what the request says, which may be a phone number."""
        return self._hash("fingerprint", content).hex()

    def seal(self, answer: bytes) -> str:
        return self._fernet().encrypt(answer).decode()

    def open(self, sealed: str) -> bytes:
        return self._fernet().decrypt(sealed)

    def _fernet(self) -> Fernet:
        return Fernet(urlsafe_b64encode(self._hash("answer", "")))

    def _hash(self, use: str, content: str) -> bytes:
        parts = "\0".join([use, self.scope, self.value, content])
        return salted_hmac("accounts.idempotency", parts, algorithm="sha256").digest()
