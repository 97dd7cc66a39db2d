"""Every security event lies within that bound."""

from django.db import migrations

from loopin.migrations._partitions import validate


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_securityevent_bound")]

    operations = validate("accounts_securityevent")
