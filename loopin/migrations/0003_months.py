"""The functions by which the worker keeps the months of partitioned tables."""

from django.db import migrations

from loopin.migrations._partitions import FUNCTIONS


class Migration(migrations.Migration):
    dependencies = [("loopin", "0002_last_backup")]

    operations = FUNCTIONS
