"""The security events get the bound of their first month, by which they become a partition."""

from django.db import migrations

from loopin.migrations._partitions import bound


class Migration(migrations.Migration):
    atomic = False  # the index is built while the product runs

    dependencies = [("accounts", "0006_open_kinds"), ("loopin", "0003_months")]

    operations = bound("accounts_securityevent")
