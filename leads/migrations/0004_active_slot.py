"""The time of a lead's last activity to ten minutes, which an index can hold at little cost.

Release 1.0 writes `last_activity_at` and knows nothing of the column, which a trigger fills.
"""

from django.db import migrations, models

# The end of ten minutes, so that a time before it may belong to the slot and no later one can.
CREATE_SLOT = """
CREATE FUNCTION leads_active_slot(timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT date_bin('10 minutes', $1, TIMESTAMPTZ '2000-01-01 00:00+00') + interval '600 seconds'
$$;

CREATE FUNCTION leads_set_active_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.active_slot_at := leads_active_slot(NEW.last_activity_at);
    RETURN NEW;
END $$;

CREATE TRIGGER lead_has_active_slot BEFORE INSERT OR UPDATE OF last_activity_at, active_slot_at
ON leads_lead FOR EACH ROW EXECUTE FUNCTION leads_set_active_slot();
"""

DROP_SLOT = """
DROP TRIGGER lead_has_active_slot ON leads_lead;
DROP FUNCTION leads_set_active_slot();
DROP FUNCTION leads_active_slot(timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0003_event_positions")]

    operations = [
        migrations.AddField(
            "lead",
            "active_slot_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="The end of the ten minutes that the last activity was in. A trigger"
                " writes it.",
                null=True,
            ),
        ),
        migrations.RunSQL(CREATE_SLOT, DROP_SLOT),
    ]
