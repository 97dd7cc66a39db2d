"""Does something once for each key, and gives the first answer to whoever asks again."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from accounts.idempotency.errors import IdempotencyInProgress, IdempotencyKeyReused
from accounts.idempotency.keys import RequestKey
from accounts.models import IdempotencyKey
from loopin.background.after_commit import attempt
from loopin.errors import LoopinError, raises


@raises(IdempotencyKeyReused, IdempotencyInProgress)
def run_once(key: RequestKey, content: str, work: Callable[[datetime | None], bytes]) -> bytes:
    """The answer of `work`, or the one that it gave to the same request before.

    `content`: what the request says, by which the same request is known. A refusal changed nothing,
    so it leaves the key unused. What became of work that fails otherwise, or whose process ends, is
    not known: the same request may do it anew once the lease is over. `work` gets the time at which
    it began then, so that it can find what it has done, and None otherwise.
    """
    fingerprint = key.fingerprint(content)
    claim, kept = IdempotencyKey.objects.claim(key.hash, fingerprint)
    if kept and kept.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    if kept and kept.answer:
        return key.open(kept.answer)
    if claim is None:
        raise IdempotencyInProgress
    try:
        answer = work(claim.begun_at)
    except LoopinError:
        IdempotencyKey.objects.release(key.hash, claim.id)
        raise
    keep = partial(IdempotencyKey.objects.keep, key.hash, claim.id, key.seal(answer))
    attempt("Keeping an answer for a retry", keep)
    return answer
