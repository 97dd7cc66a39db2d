from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tried", "0001_atomic")]
    operations = [
        migrations.RunSQL("CREATE TABLE tried_once ()", "DROP TABLE tried_once"),
        migrations.RunSQL(
            "ALTER TABLE leads_lead ADD COLUMN tried_apart int",
            "ALTER TABLE leads_lead DROP COLUMN tried_apart",
        ),
    ]
