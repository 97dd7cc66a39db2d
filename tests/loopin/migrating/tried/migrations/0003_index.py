from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tried", "0002_statements")]
    operations = [
        migrations.RunSQL(
            'CREATE INDEX CONCURRENTLY "tried_index" ON leads_lead (tried_apart)',
            "DROP INDEX CONCURRENTLY IF EXISTS tried_index",
        ),
    ]
