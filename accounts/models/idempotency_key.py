from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models.functions import Now

from loopin.sql import execute, fetch_row

KEPT = timedelta(hours=24)
"""How long the answer to a request is kept for whoever sends it again."""
LEASE = timedelta(minutes=1)
"""How long a request has for its work. After that its process is taken for dead, and the same
request may do the work anew. Storing six pictures takes the longest."""

# Of simultaneous requests with one key only one gets a row. The others read that of the first, or
# none if it is younger than their snapshot. A key whose time is over is as good as unused. Whoever
# takes over from a process that has ended learns when that one began, which stays the key's time.
CLAIM = """
WITH before AS (
    SELECT created_at FROM accounts_idempotencykey
    WHERE key_hash = %(key_hash)s AND created_at > now() - %(kept_for)s
), claimed AS (
    INSERT INTO accounts_idempotencykey AS kept
           (key_hash, fingerprint, claim, answer, leased_until, created_at)
    VALUES (%(key_hash)s, %(fingerprint)s, %(claim)s, '', now() + %(lease)s, now())
    ON CONFLICT (key_hash) DO UPDATE
    SET fingerprint = excluded.fingerprint, claim = excluded.claim, answer = '',
        leased_until = excluded.leased_until,
        created_at = CASE WHEN kept.created_at <= now() - %(kept_for)s
                          THEN excluded.created_at ELSE kept.created_at END
    WHERE kept.created_at <= now() - %(kept_for)s
       OR (kept.answer = '' AND kept.leased_until <= now()
           AND kept.fingerprint = excluded.fingerprint)
    RETURNING claim
)
SELECT claim, (SELECT created_at FROM before), NULL, NULL FROM claimed
UNION ALL
SELECT NULL, NULL, fingerprint, answer FROM accounts_idempotencykey
WHERE key_hash = %(key_hash)s AND NOT EXISTS (SELECT FROM claimed)
"""

KEEP = """
UPDATE accounts_idempotencykey SET answer = %s WHERE key_hash = %s AND claim = %s
"""

# The ORM's `delete` puts a transaction around it, which makes three statements of one.
RELEASE = "DELETE FROM accounts_idempotencykey WHERE key_hash = %s AND claim = %s"


@dataclass(frozen=True)
class KeptRequest:
    """The first request with a key. `answer`: "" while it is being worked on."""

    fingerprint: str
    answer: str


@dataclass(frozen=True)
class Claim:
    """The right to do the work of a key. `begun_at`: when a request began that has been given up
    since, None if this is the first."""

    id: UUID
    begun_at: datetime | None


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    def past_retention(self) -> Self:
        return self.filter(created_at__lt=Now() - KEPT)

    def claim(self, key_hash: str, fingerprint: str) -> tuple[Claim | None, KeptRequest | None]:
        """Claim a key that is unused, in one statement, and return the claim.

        Where it is not, the first request with it; neither if that came at the same moment.
        """
        values = {
            "key_hash": key_hash,
            "fingerprint": fingerprint,
            "claim": uuid4(),
            "lease": LEASE,
            "kept_for": KEPT,
        }
        row = fetch_row(CLAIM, values)
        if row is None:
            return None, None
        claim_id, begun_at, *first = row
        return (Claim(claim_id, begun_at), None) if claim_id else (None, KeptRequest(*first))

    def keep(self, key_hash: str, claim: UUID, answer: str) -> None:
        """Keep the answer, unless another request took the claim over."""
        execute(KEEP, [answer, key_hash, claim])

    def release(self, key_hash: str, claim: UUID) -> None:
        """Make the key unused again."""
        execute(RELEASE, [key_hash, claim])


class IdempotencyKey(models.Model):
    """A request that a client may send again, and its answer, which only its key opens.

    `claim`: of the request that does the work.
    """

    key_hash = models.CharField(max_length=64, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    claim = models.UUIDField()
    answer = models.TextField(blank=True, default="")
    leased_until = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    objects = IdempotencyKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key_hash[:8]
