"""The timeline is followed by id (loopin/statements/event_order.py), and no longer by transaction.

The column `transaction_id` and its index stay for what runs release 1.0, and leave with a later
release.
"""

from django.db import migrations

from accounts.migrations._event_order import statements

# What a desk depends on beside the timeline. A function reads by a snapshot of its own, which is
# younger than a look that the same statement took before.
NEXT_LEASE_END = """
CREATE FUNCTION leads_next_lease_end() RETURNS timestamptz VOLATILE LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT min(lease_ends_at) FROM leads_lead WHERE lease_ends_at > now());
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial"), ("accounts", "0004_event_order")]

    operations = [
        *(
            migrations.RunSQL(create, drop)
            for create, drop in statements("leads", "leads_leadevent", 19_270)
        ),
        migrations.RunSQL(NEXT_LEASE_END, "DROP FUNCTION leads_next_lease_end()"),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex(model_name="leadevent", name="leadevent_visible_order"),
                migrations.RemoveField(model_name="leadevent", name="transaction_id"),
            ]
        ),
    ]
