"""Columns of kinds and reasons lose the lists of their values (loopin/models/kinds.py says why).

Each statement is a transaction of its own, so that no table is locked while another is waited for,
and may be repeated.
"""

from django.db import migrations, models


def without(model, constraint):
    """What the previous release writes stays allowed."""
    app = "accounts"
    return migrations.RunSQL(
        f"ALTER TABLE {app}_{model} DROP CONSTRAINT IF EXISTS {constraint};",
        migrations.RunSQL.noop,
        state_operations=[migrations.RemoveConstraint(model, constraint)],
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0005_hot_tables")]

    operations = [
        without("pendingnotice", "pendingnotice_kind_is_known"),
        without("personevent", "personevent_kind_is_known"),
        without("securityevent", "securityevent_kind_is_known"),
        migrations.AlterField("messageoutage", "kind", models.CharField(max_length=20)),
        migrations.AlterField("pendingnotice", "kind", models.CharField(max_length=30)),
        migrations.AlterField("personevent", "kind", models.CharField(max_length=32)),
        migrations.AlterField("securityevent", "kind", models.CharField(max_length=32)),
    ]
