"""The triggers of leads do the same with less: no query where an expression will do, and no call
where there is nothing to do. Release 1.0 goes on with them.

What `leads_trigrams` returns is a set, by which the indexes were built: they stay as they are.
"""

from django.db import migrations

from accounts.migrations._event_order import hold_by_expression

# A query inside a function of SQL is started at each call. A loop takes a seventh of that for the
# digits of a number, and a twentieth for no text.
TRIGRAMS_BY_LOOP = """
CREATE OR REPLACE FUNCTION leads_trigrams(text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
DECLARE
    trigrams text[] := '{}';
BEGIN
    FOR i IN 1 .. length($1) - 2 LOOP
        trigrams[i] := substr($1, i, 3);
    END LOOP;
    RETURN trigrams;
END $$;
"""

TRIGRAMS_BY_QUERY = """
CREATE OR REPLACE FUNCTION leads_trigrams(text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT COALESCE(array_agg(DISTINCT substr($1, i, 3)), '{}')
    FROM generate_series(1, length($1) - 2) AS i
$$;
"""

# An expression, because the function of the same name cannot be inlined: to add an interval to a
# timestamptz is not immutable. What happens within the same ten minutes finds the slot as it is.
SLOT = """date_bin('10 minutes', NEW.last_activity_at, TIMESTAMPTZ '2000-01-01 00:00+00')
    + interval '600 seconds'"""

SET_SLOT = """
CREATE OR REPLACE FUNCTION leads_set_active_slot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.active_slot_at := {slot};
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER lead_has_active_slot
BEFORE INSERT OR UPDATE OF last_activity_at, active_slot_at ON leads_lead FOR EACH ROW {condition}
EXECUTE FUNCTION leads_set_active_slot();
"""

FORGET_ASKER = """
CREATE OR REPLACE TRIGGER lead_status_was_written AFTER UPDATE OF status ON leads_lead
FOR EACH STATEMENT {condition} EXECUTE FUNCTION leads_forget_asker();
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0006_open_kinds"), ("accounts", "0011_cheaper_triggers")]

    operations = [
        migrations.RunSQL(*hold_by_expression("leads", "leads_leadevent", 19_270)),
        migrations.RunSQL(TRIGRAMS_BY_LOOP, TRIGRAMS_BY_QUERY),
        migrations.RunSQL(
            SET_SLOT.format(slot=SLOT, condition=f"WHEN (NEW.active_slot_at IS DISTINCT FROM {SLOT})"),
            SET_SLOT.format(slot="leads_active_slot(NEW.last_activity_at)", condition=""),
        ),
        migrations.RunSQL(
            FORGET_ASKER.format(
                condition="WHEN (current_setting('loopin.status_actor', TRUE) <> '')"
            ),
            FORGET_ASKER.format(condition=""),
        ),
    ]
