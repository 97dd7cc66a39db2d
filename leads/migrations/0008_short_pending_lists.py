"""Less of the search indexes waits to be sorted in, so that no sign-up does much of it for others.

The setting is changed in place, under a lock that lets reads and writes pass.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

PENDING_KIB = 256
INDEXES = {"leadsearch_trigrams": "text", "leadsearch_number_trigrams": "number"}


def trigrams_of(column):
    return models.Func(
        column, function="leads_trigrams", output_field=ArrayField(models.TextField())
    )


def shorten(name, column):
    index = GinIndex(trigrams_of(column), name=name, gin_pending_list_limit=PENDING_KIB)
    return migrations.SeparateDatabaseAndState(
        [
            migrations.RunSQL(
                f"ALTER INDEX {name} SET (gin_pending_list_limit = {PENDING_KIB})",
                f"ALTER INDEX {name} RESET (gin_pending_list_limit)",
            )
        ],
        [migrations.RemoveIndex("leadsearch", name), migrations.AddIndex("leadsearch", index)],
    )


class Migration(migrations.Migration):
    dependencies = [("leads", "0007_cheaper_triggers")]

    operations = [shorten(name, column) for name, column in INDEXES.items()]
