"""The indexes of leads, for the filters, orders and periodic tasks that need them.

No index may name a column that changes when a message arrives or a part of the profile is filled
in: `delivered_at`, `stage`, `last_activity_at`, `profile_step`, `name`, `email`. Those updates then
write no index at all.
"""

from django.db.models import F, Index, Q

from leads.models.lead_choices import Source
from leads.models.lead_filters import ATTEMPTED, UNVERIFIED, VERIFIED
from leads.models.lead_queryset import MAY_STALL

NEWEST = (F("created_at").desc(), F("id").desc())

INDEXES = [
    Index(F("created_at").desc(), F("id").desc(), name="lead_newest_first"),
    Index(fields=["active_slot_at"], name="lead_active_slot"),
    Index(F("status"), F("created_at").desc(), F("id").desc(), name="lead_status_newest_first"),
    Index(*NEWEST, condition=UNVERIFIED, name="lead_unverified_newest"),
    Index(*NEWEST, condition=ATTEMPTED, name="lead_attempted_newest"),
    Index(*NEWEST, condition=VERIFIED, name="lead_verified_newest"),
    Index(F("country"), F("created_at").desc(), F("id").desc(), name="lead_country_newest"),
    Index(
        F("owner"),
        F("follow_up_at"),
        condition=Q(owner__isnull=False),
        name="lead_owner_follow_up",
    ),
    Index(
        F("trouble"),
        F("created_at").desc(),
        F("id").desc(),
        condition=Q(verified_at__isnull=True) & ~Q(trouble=""),
        name="lead_trouble_newest",
    ),
    Index(
        F("created_at").desc(),
        F("id").desc(),
        condition=Q(source=Source.IMPORT),
        name="lead_imported_newest",
    ),
    Index(
        F("follow_up_at"),
        condition=Q(follow_up_at__isnull=False),
        name="lead_follow_up",
    ),
    Index(
        F("promised_by"),
        F("follow_up_at"),
        condition=Q(promised_by__isnull=False),
        name="lead_promised_by",
    ),
    Index(
        F("lease_ends_at"),
        condition=Q(lease_ends_at__isnull=False),
        name="lead_lease_ends",
    ),
    Index(fields=["active_slot_at"], condition=MAY_STALL, name="lead_stalls_next"),
]
