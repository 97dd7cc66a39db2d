"""Finds sign-ups that stalled. No event announces them, so a periodic task looks for them."""

from leads.models import Lead

BATCH = 500
MAX_BATCHES = 20


def record_stalled() -> int:
    """Record in the timeline of each lead without activity for `LEAD_STALLED_MINUTES` that it
    stalled.

    Returns how many: at most 10 000, in transactions of 500; the next run takes the others.
    """
    recorded = 0
    for _ in range(MAX_BATCHES):
        batch = Lead.objects.mark_stalled(size=BATCH)
        recorded += batch
        if batch < BATCH:
            break
    return recorded
