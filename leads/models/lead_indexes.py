"""The indexes of leads, for the filters, orders and periodic tasks that need them."""

from django.db.models import F, Index, Q

from leads.models.lead_choices import Source
from leads.models.lead_queryset import MAY_STALL

INDEXES = [
    Index(F("created_at").desc(), F("id").desc(), name="lead_newest_first"),
    Index(F("last_activity_at").desc(), F("id").desc(), name="lead_last_active_first"),
    Index(F("status"), F("created_at").desc(), F("id").desc(), name="lead_status_newest_first"),
    Index(F("stage"), F("created_at").desc(), F("id").desc(), name="lead_stage_newest_first"),
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
    Index(fields=["last_activity_at"], condition=MAY_STALL, name="lead_may_stall"),
]
