"""A new table, of which code that does not know it has no use.

Its rows are changed once, soon after they are written, and go after a day.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

SETTINGS = (
    "fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 1000,"
    " autovacuum_vacuum_cost_delay = 0"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0009_securityevent_months"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(max_length=16)),
                ("channel", models.CharField(max_length=20)),
                ("purpose", models.CharField(max_length=20)),
                (
                    "provider_id",
                    models.CharField(blank=True, db_default="", default="", max_length=64),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "otp",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.phoneotp",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "handing_over")),
                        fields=["created_at"],
                        name="message_on_its_way",
                    )
                ],
            },
        ),
        migrations.RunSQL(f"ALTER TABLE accounts_message SET ({SETTINGS})", migrations.RunSQL.noop),
    ]
