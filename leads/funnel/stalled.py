"""Sign-ups that came to a halt: nothing happens then, so they have to be looked for."""

from leads.models import Lead

BATCH = 500
MAX_BATCHES = 20


def tell() -> int:
    """Write into the timelines of leads that were silent for `LEAD_STALLED_MINUTES`; of how many.

    At most 10 000 at a time, in transactions of 500; the rest waits for the next.
    """
    told = 0
    for _ in range(MAX_BATCHES):
        batch = Lead.objects.mark_stalled(size=BATCH)
        told += batch
        if batch < BATCH:
            break
    return told
