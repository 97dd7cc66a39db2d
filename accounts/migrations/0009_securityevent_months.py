"""The security events are partitioned by month (loopin/migrations/_partitions.py)."""

from django.db import migrations

from loopin.migrations._partitions import partition


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_securityevent_bound_valid")]

    operations = partition("accounts_securityevent")
