"""A new table, of which code that does not know it has no use."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_authenticator_app"),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageOutage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("sms", "SMS"),
                            ("whatsapp", "WhatsApp messages"),
                            ("call", "Calls with codes"),
                            ("email", "E-mails"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("account", "The provider refuses the site's account."),
                            ("refused", "The provider refuses the messages."),
                            ("silent", "The provider does not answer."),
                        ],
                        max_length=20,
                    ),
                ),
                ("detail", models.CharField(blank=True, db_default="", default="", max_length=300)),
                ("failures", models.PositiveIntegerField(db_default=1, default=1)),
                (
                    "began_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "last_failed_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("reported_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("channel",),
                        name="messageoutage_one_is_open",
                    )
                ],
            },
        ),
    ]
