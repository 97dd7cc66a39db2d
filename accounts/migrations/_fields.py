"""Field classes as the migrations use them. Copies, so that no migration imports live code.

The name begins with an underscore because Django takes every other module here for a migration.
"""

from django.db import models


class TransactionIdField(models.Field):
    def db_type(self, connection):
        return "xid8"
