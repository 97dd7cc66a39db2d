"""Takes the counts over from release 1.0, which followed the timeline in the order of transactions.

What 1.0 has counted is an event and everything before it in that order: there may be an event with
a lower id that it has not counted. So counting begins before the first of those, and passes over
what is counted beyond, by the position of 1.0, which stays as it is from then on.

Both releases may run for some minutes. Whoever of this one first locks the counts takes them over,
and says so by a time of refreshing in the year 9000: 1.0 counts only what was not refreshed lately,
so it leaves the counts alone. If 1.0 is to count again, its `rebuild_insights` sets the time; then
this release takes over once more.

All of this leaves with the columns `transaction_id` of the timeline and of the counts.
"""

from django.db import models

from leads.models import RollupState
from leads.models.lead_event import ORDER
from loopin.sql import execute

_YEAR_9000 = "'9000-01-01 00:00:00+00'"

IS_TAKEN_OVER = models.Func(
    template=f"(leads_rollupstate.refreshed_at = {_YEAR_9000})", output_field=models.BooleanField()
)

# A position beyond this server's own transactions is of the server that the database was restored
# from: what came after its last event was counted by nobody.
_TAKE_OVER = f"""
UPDATE leads_rollupstate AS state SET
    refreshed_at = {_YEAR_9000},
    carried_over_to = known.end_id,
    position = LEAST(%(complete)s, known.end_id, (SELECT min(id) - 1 FROM (
        SELECT id FROM leads_leadevent
        WHERE (transaction_id, id) > (state.transaction_id, state.event_id)
        OFFSET 0  -- by the index of that order, not by the one of ids
    ) AS uncounted))
FROM (
    SELECT CASE WHEN counted.transaction_id <= pg_snapshot_xmax(pg_current_snapshot())
                THEN %(drawn)s ELSE COALESCE(last.id, 0) END AS end_id
    FROM leads_rollupstate AS counted LEFT JOIN LATERAL (
        SELECT id FROM leads_leadevent
        WHERE (transaction_id, id) <= (counted.transaction_id, counted.event_id)
        ORDER BY transaction_id DESC, id DESC LIMIT 1
    ) AS last ON TRUE
) AS known
"""  # noqa: S608  constants


def take_over(state: RollupState) -> None:
    """The row has to be locked. Two statements."""
    look = ORDER.look()
    execute(_TAKE_OVER, {"drawn": look.drawn, "complete": look.complete})
    state.refresh_from_db(fields=["position", "carried_over_to"])
