"""A function with which a statement undoes itself (loopin/statements/composed.py)."""

from django.db import migrations

CREATE = """
CREATE FUNCTION loopin_refuse(what text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'This statement was refused and has written nothing.'
    USING ERRCODE = 'LP001', DETAIL = what;
END $$;
"""

DROP = "DROP FUNCTION loopin_refuse(text)"


class Migration(migrations.Migration):
    dependencies = [("loopin", "0003_months")]

    operations = [migrations.RunSQL(CREATE, DROP)]
