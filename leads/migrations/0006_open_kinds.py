"""Columns of kinds and reasons lose the lists of their values (loopin/models/kinds.py says why).

Each statement is a transaction of its own, so that no table is locked while another is waited for,
and may be repeated.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


def without(model, constraint):
    """What the previous release writes stays allowed."""
    app = "leads"
    return migrations.RunSQL(
        f"ALTER TABLE {app}_{model} DROP CONSTRAINT IF EXISTS {constraint};",
        migrations.RunSQL.noop,
        state_operations=[migrations.RemoveConstraint(model, constraint)],
    )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("leads", "0005_fewer_lead_indexes")]

    operations = [
        without("lead", "lead_source_is_known"),
        without("lead", "lead_trouble_is_known"),
        without("leadevent", "leadevent_kind_is_known"),
        without("resumelink", "resumelink_channel_is_known"),
        without("webhookendpoint", "webhook_event_types_are_known"),
        migrations.AlterField("lead", "source", models.CharField(max_length=8)),
        migrations.AlterField("lead", "trouble", models.CharField(blank=True, default="", max_length=16)),
        migrations.AlterField("leadcohort", "source", models.CharField(max_length=8)),
        migrations.AlterField("leadevent", "kind", models.CharField(max_length=32)),
        migrations.AlterField("resumelink", "channel", models.CharField(max_length=8)),
        migrations.AlterField("webhookdelivery", "event_type", models.CharField(max_length=40)),
        migrations.AlterField("webhookendpoint", "event_types", ArrayField(models.CharField(max_length=40))),
    ]
