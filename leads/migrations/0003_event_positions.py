"""How far readers have followed the events, as ids, carried over from the order of transactions.

What runs release 1.0 follows by `transaction_id` and the id of an event; those columns stay until a
later release, and get defaults, because nothing else fills them. In that order a reader may have
been told of an event, and not yet of one with a lower id: so an endpoint begins before the first
event that it was not told of. What it was told of beyond has its delivery, and gets no other.

The counts follow 1.0 until a process of this release takes them over (leads/insights/carry_over.py).
"""

from django.db import migrations, models
from django.db.models.functions import Now

# First the look, then whatever is read: see loopin/statements/event_order.py. A position beyond the server's
# own transactions is of the server that the database was restored from: what came after its last
# event was told to nobody.
CARRY_OVER = """
DO $$
DECLARE
    up_to bigint := (leads_look_at_events()).complete;
BEGIN
    UPDATE leads_webhookendpoint AS endpoint SET lead_position = LEAST(
        up_to,
        (SELECT min(id) - 1 FROM (
             SELECT id FROM leads_leadevent
             WHERE (transaction_id, id) > (endpoint.lead_transaction_id, endpoint.lead_event_id)
             OFFSET 0  -- by the index of that order, not by the one of ids
         ) AS untold),
        CASE WHEN endpoint.lead_transaction_id > pg_snapshot_xmax(pg_current_snapshot()) THEN
            CASE WHEN endpoint.lead_event_id > 0 THEN endpoint.lead_event_id
                 ELSE (SELECT COALESCE(max(id), 0) FROM leads_leadevent
                       WHERE created_at < endpoint.created_at) END
        END);
END $$;
"""

CARRY_OVER_PEOPLE = (
    CARRY_OVER.replace("leads_look_at_events", "accounts_look_at_events")
    .replace("leads_leadevent", "accounts_personevent")
    .replace("lead_", "person_")
)

# The year 9000 says that what runs 1.0 leaves the counts alone (leads/insights/carry_over.py).
SET_DEFAULTS = """
ALTER TABLE leads_webhookendpoint
    ALTER COLUMN lead_event_id SET DEFAULT 0, ALTER COLUMN person_event_id SET DEFAULT 0;
ALTER TABLE leads_rollupstate
    ALTER COLUMN transaction_id SET DEFAULT '0', ALTER COLUMN event_id SET DEFAULT 0,
    ALTER COLUMN refreshed_at SET DEFAULT '9000-01-01 00:00:00+00';
"""

# Who goes back to 1.0 has the counts made anew by `rebuild_insights`.
DROP_DEFAULTS = """
ALTER TABLE leads_webhookendpoint
    ALTER COLUMN lead_event_id DROP DEFAULT, ALTER COLUMN person_event_id DROP DEFAULT;
ALTER TABLE leads_rollupstate
    ALTER COLUMN transaction_id DROP DEFAULT, ALTER COLUMN event_id DROP DEFAULT,
    ALTER COLUMN refreshed_at DROP DEFAULT;
UPDATE leads_rollupstate SET refreshed_at = counted_at;
"""

POSITIONS = {"lead_position": "leads", "person_position": "accounts"}


def complete(app):
    return models.Func(template=f"(({app}_look_at_events()).complete)")


class Migration(migrations.Migration):
    dependencies = [("leads", "0002_event_order")]

    operations = [
        *(
            migrations.AddField(
                "webhookendpoint", name, models.BigIntegerField(db_default=0, editable=False)
            )
            for name in POSITIONS
        ),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
        migrations.RunSQL(CARRY_OVER_PEOPLE, migrations.RunSQL.noop),
        *(
            migrations.AlterField(
                "webhookendpoint",
                name,
                models.BigIntegerField(db_default=complete(app), editable=False),
            )
            for name, app in POSITIONS.items()
        ),
        migrations.AddField("rollupstate", "position", models.BigIntegerField(db_default=0)),
        migrations.AddField("rollupstate", "carried_over_to", models.BigIntegerField(db_default=0)),
        migrations.AddField("rollupstate", "counted_at", models.DateTimeField(db_default=Now())),
        migrations.RunSQL(SET_DEFAULTS, DROP_DEFAULTS),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                *(
                    migrations.RemoveField("webhookendpoint", name)
                    for name in (
                        *("lead_transaction_id", "lead_event_id"),
                        *("person_transaction_id", "person_event_id"),
                    )
                ),
                migrations.RemoveField("rollupstate", "transaction_id"),
                migrations.RemoveField("rollupstate", "event_id"),
                migrations.RemoveField("rollupstate", "refreshed_at"),
            ]
        ),
    ]
