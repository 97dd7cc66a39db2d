from django.db import migrations


class Migration(migrations.Migration):
    operations = [
        migrations.RunSQL(
            "CREATE TABLE tried_limits AS SELECT current_setting('statement_timeout') AS statement,"
            " current_setting('lock_timeout') AS lock",
            "DROP TABLE tried_limits",
        ),
        migrations.RunSQL(
            "ALTER TABLE leads_lead ADD COLUMN tried_atomic int",
            "ALTER TABLE leads_lead DROP COLUMN tried_atomic",
        ),
    ]
