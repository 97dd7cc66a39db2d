from django.db import migrations

# For every append-only table. `loopin.is_erasing` is set for one transaction by loopin/sql.py:
# rows may then be deleted, which purging and erasing a person's data need, but never altered.
FORBID = """
CREATE FUNCTION loopin_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('loopin.is_erasing', TRUE) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER securityevent_is_append_only BEFORE UPDATE OR DELETE ON accounts_securityevent
FOR EACH ROW EXECUTE FUNCTION loopin_refuse_change();
"""

ALLOW = """
DROP TRIGGER securityevent_is_append_only ON accounts_securityevent;
DROP FUNCTION loopin_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_security_events")]

    operations = [migrations.RunSQL(FORBID, ALLOW)]
