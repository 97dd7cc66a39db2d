from django.db import migrations

FORBID = """
CREATE FUNCTION leads_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The timeline of leads is append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER leadevent_is_append_only BEFORE UPDATE OR DELETE ON leads_leadevent
FOR EACH ROW EXECUTE FUNCTION leads_refuse_change();
"""

ALLOW = """
DROP TRIGGER leadevent_is_append_only ON leads_leadevent;
DROP FUNCTION leads_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
