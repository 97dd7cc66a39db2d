from django.db import migrations

from leads import roles


def grant(apps, schema_editor):
    roles.grant(apps, "Admin", roles.WEBHOOKS)


class Migration(migrations.Migration):
    dependencies = [("leads", "0012_webhooks")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]
