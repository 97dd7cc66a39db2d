from django.db import migrations

SHARE = """
DROP TRIGGER leadevent_is_append_only ON leads_leadevent;
DROP FUNCTION leads_refuse_change();

CREATE TRIGGER leadevent_is_append_only BEFORE UPDATE OR DELETE ON leads_leadevent
FOR EACH ROW EXECUTE FUNCTION loopin_refuse_change();
"""

UNSHARE = """
DROP TRIGGER leadevent_is_append_only ON leads_leadevent;

CREATE FUNCTION leads_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The timeline of leads is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER leadevent_is_append_only BEFORE UPDATE OR DELETE ON leads_leadevent
FOR EACH ROW EXECUTE FUNCTION leads_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0003_leads_without_number"),
        ("accounts", "0008_security_events_are_append_only"),
    ]

    operations = [migrations.RunSQL(SHARE, UNSHARE)]
