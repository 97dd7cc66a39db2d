"""Triggers of a new account that do the same with less: no query where an expression will do.

What a new account's event is not written for (staff, services, deleted people) is no verified
number: the constraints of users say so. Release 1.0 goes on with these functions.
"""

from django.db import migrations

from accounts.migrations._event_order import hold_by_expression

RECORD_NEW_USER = """
CREATE OR REPLACE FUNCTION accounts_record_new_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_personevent (user_id, kind) VALUES (NEW.id, 'user.verified');
    RETURN NULL;
END $$;
"""

RECORD_NEW_USER_BY_ID = """
CREATE OR REPLACE FUNCTION accounts_record_new_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accounts_record_event(NEW.id, 'user.verified', '{}');
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_messages")]

    operations = [
        migrations.RunSQL(*hold_by_expression("accounts", "accounts_personevent", 19_271)),
        migrations.RunSQL(RECORD_NEW_USER, RECORD_NEW_USER_BY_ID),
    ]
