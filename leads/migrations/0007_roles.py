from django.db import migrations

from leads import roles

NAMES = """
UPDATE leads_lead AS lead SET name = profile.name, email = account.email
FROM accounts_userprofile AS profile JOIN accounts_user AS account ON account.id = profile.user_id
WHERE profile.user_id = lead.user_id
"""


def create_roles(apps, schema_editor):
    roles.create(apps)


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0006_desk"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(create_roles, migrations.RunPython.noop),
        migrations.RunSQL(NAMES, migrations.RunSQL.noop),
    ]
