"""When a lead was last active, to ten minutes: what is indexed in place of the exact time.

Each step of a sign-up moves `last_activity_at`. An index of that column would make PostgreSQL write
every index of the lead again at each step; an index of `active_slot_at` does so once in ten minutes
(heap-only tuples: https://www.postgresql.org/docs/current/storage-hot.html).
"""

from datetime import datetime

from django.db.models import DateTimeField, Func, Value
from django.db.models.expressions import Combinable

LAST_ACTIVE_FIRST = ("-active_slot_at", "-last_activity_at", "-pk")
"""The order of `last_activity_at`, which is sorted within the slots that are read alone."""


def slot_of(moment: datetime | Combinable) -> Func:
    """The end of the ten minutes that a moment is in, from the SQL function that a migration
    creates."""
    value = Value(moment, DateTimeField()) if isinstance(moment, datetime) else moment
    return Func(value, function="leads_active_slot", output_field=DateTimeField())
