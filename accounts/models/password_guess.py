from dataclasses import dataclass
from ipaddress import ip_network

from django.db import models
from django.utils.crypto import salted_hmac

from loopin.sql import execute, fetch_row

# One statement for all limits, which counts before any password is compared: simultaneous guesses
# cannot share a place. The rows are locked in the order of the keys, so nobody waits in a circle.
# A period does not grow by trying on.
CHARGE = """
WITH wanted AS (
    SELECT * FROM unnest(%(keys)s::text[], %(limits)s::int[], %(seconds)s::int[])
        AS wanted (key, at_most, seconds)
), charged AS (
    INSERT INTO accounts_passwordguess AS known (key, guesses, ends_at)
    SELECT key, 1, now() + make_interval(secs => seconds) FROM wanted
    ON CONFLICT (key) DO UPDATE SET
        guesses = CASE WHEN known.ends_at <= now() THEN 1
                       ELSE LEAST(known.guesses + 1, 1000000) END,
        ends_at = CASE WHEN known.ends_at <= now() THEN EXCLUDED.ends_at ELSE known.ends_at END
    RETURNING key, guesses, ends_at
)
SELECT max(ceil(extract(epoch FROM ends_at - now())))::int
FROM charged JOIN wanted USING (key)
WHERE guesses > at_most
"""

# Rows in use are passed over: sweeping up waits for nobody.
FORGIVE = """
DELETE FROM accounts_passwordguess
WHERE key = %(key)s OR key IN (
    SELECT key FROM accounts_passwordguess WHERE ends_at <= now() FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True)
class Limit:
    """At most `guesses` in `seconds`, counted from the first."""

    guesses: int
    seconds: int


OF_ADDRESS = Limit(100, 60 * 60)
OF_USER = Limit(100, 60 * 60)
"""NIST SP 800-63B §3.2.2: no more than 100 failed attempts in a row on one account."""
OF_BOTH = Limit(5, 15 * 60)
"""One person at one place. Somebody elsewhere cannot lock them out."""


class PasswordGuessManager(models.Manager["PasswordGuess"]):
    def charge(self, username: str, *, address: str) -> int | None:
        """Count a guess. None if it may be compared, else the seconds until the next may."""
        limits = (OF_ADDRESS, OF_USER, OF_BOTH)
        parameters = {
            "keys": _keys(username, address),
            "limits": [limit.guesses for limit in limits],
            "seconds": [limit.seconds for limit in limits],
        }
        row = fetch_row(CHARGE, parameters)
        return row[0] if row else None

    def forgive(self, username: str, *, address: str) -> None:
        """The password was right: this person at this place starts afresh."""
        execute(FORGIVE, {"key": _keys(username, address)[-1]})


class PasswordGuess(models.Model):
    """A counter of guesses. What people type as a username may be a password: only hashes stay."""

    key = models.CharField(max_length=64, primary_key=True)
    guesses = models.PositiveIntegerField()
    ends_at = models.DateTimeField()

    objects = PasswordGuessManager()

    def __str__(self) -> str:
        return f"{self.guesses} guesses until {self.ends_at}"


def _keys(username: str, address: str) -> list[str]:
    place = _network(address)
    name = username.casefold()
    return [_hash("address", place), _hash("user", name), _hash("both", place, name)]


def _network(address: str) -> str:
    """An IPv6 customer has a whole /64 to guess from (RFC 6177 §2)."""
    return str(ip_network(f"{address}/64", strict=False)) if ":" in address else address


def _hash(*parts: str) -> str:
    value = "\0".join(parts)
    return salted_hmac("accounts.password_guess", value, algorithm="sha256").hexdigest()
