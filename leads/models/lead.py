from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models.user import E164_PATTERN
from leads.models import lead_consent
from leads.models.lead_choices import DROP_OFFS, NO_ATTEMPT, Source, Stage, Status, Trouble
from leads.models.lead_consent import Proof
from leads.models.lead_queryset import MAY_STALL, LeadQuerySet

STAGE = Case(
    When(converted_at__isnull=False, then=Value(Stage.COMPLETED.value)),
    When(verified_at__isnull=False, then=Value(Stage.VERIFIED.value)),
    When(attempted_at__isnull=False, then=Value(Stage.ATTEMPTED.value)),
    When(delivered_at__isnull=False, then=Value(Stage.DELIVERED.value)),
    default=Value(Stage.REQUESTED.value),
)


class Lead(models.Model):
    """A person who asked for a code, until their profile is complete and they are a customer.

    It has no number once the account is deleted, or the number belongs to another lead. The `owner`
    has claimed it until `lease_ends_at` and is the only one who calls.
    """

    phone_number = models.CharField(max_length=16, unique=True, null=True, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1, from the number.")
    source = models.CharField(max_length=8, choices=Source)
    status = models.CharField(max_length=16, choices=Status, default=Status.NEW)
    trouble = models.CharField(max_length=16, choices=Trouble, blank=True, default="")
    name = models.CharField(max_length=100, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    is_name_claimed = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether name and e-mail address come from somebody who has not proven the"
        " number.",
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="lead"
    )

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_ends_at = models.DateTimeField(null=True, blank=True)
    revealed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the owner looked at the full number."
    )
    follow_up_at = models.DateTimeField(null=True, blank=True)
    first_contacted_at = models.DateTimeField(null=True, blank=True)
    stalled_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the last halt was told; of no account once something happened since.",
    )

    consent_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person agreed to be contacted."
    )
    refused_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person asked not to be contacted."
    )
    consent_version = models.CharField(max_length=20, blank=True, default="")
    consent_proof = models.CharField(
        max_length=8,
        choices=Proof,
        blank=True,
        default="",
        db_default="",
        help_text="How the last yes or no is known.",
    )

    delivered_at = models.DateTimeField(null=True, blank=True)
    attempted_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    converted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    last_activity_at = models.DateTimeField(db_default=Now())
    profile_step = models.PositiveSmallIntegerField(
        db_default=0, help_text="How many parts of the profile are filled in on the site."
    )

    stage = models.GeneratedField(
        expression=STAGE,
        output_field=models.CharField(max_length=16, choices=Stage),
        db_persist=True,
    )

    last_event_id: int | None
    vouched_at: datetime | None
    """Annotations that `Lead.objects.with_page_data` adds."""

    objects = LeadQuerySet.as_manager()

    class Meta:
        permissions = [
            ("work_leads", "Can work leads: see own and free ones, claim, call, note"),
            ("see_all_leads", "Can see leads that others hold"),
            ("assign_leads", "Can assign leads, and take them from others"),
            ("verify_leads", "Can vouch for a number"),
            ("forget_leads", "Can delete a person on request"),
            ("see_insights", "Can see the figures"),
            ("export_leads", "Can export leads, numbers masked"),
            ("export_full_numbers", "Can export leads with full numbers"),
            ("import_leads", "Can import leads"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(phone_number__regex=E164_PATTERN), name="lead_phone_is_e164"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="lead_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(source__in=Source.values), name="lead_source_is_known"
            ),
            models.CheckConstraint(
                condition=Q(trouble__in=["", *Trouble.values]), name="lead_trouble_is_known"
            ),
            models.CheckConstraint(
                condition=Q(consent_proof__in=["", *Proof.values]), name="lead_proof_is_known"
            ),
            models.CheckConstraint(
                condition=Q(consent_at__isnull=True) | Q(refused_at__isnull=True),
                name="lead_says_yes_or_no",
            ),
            models.CheckConstraint(
                condition=Q(converted_at__isnull=True)
                | Q(status=Status.CONVERTED, verified_at__isnull=False),
                name="lead_converted_is_verified",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True, lease_ends_at__isnull=True)
                | Q(owner__isnull=False, lease_ends_at__isnull=False),
                name="lead_owner_has_lease",
            ),
        ]
        indexes = [
            models.Index(F("created_at").desc(), F("id").desc(), name="lead_newest_first"),
            models.Index(
                F("last_activity_at").desc(), F("id").desc(), name="lead_last_active_first"
            ),
            models.Index(
                F("status"), F("created_at").desc(), F("id").desc(), name="lead_status_newest_first"
            ),
            models.Index(
                F("stage"), F("created_at").desc(), F("id").desc(), name="lead_stage_newest_first"
            ),
            models.Index(
                F("country"), F("created_at").desc(), F("id").desc(), name="lead_country_newest"
            ),
            models.Index(
                F("owner"),
                F("follow_up_at"),
                condition=Q(owner__isnull=False),
                name="lead_owner_follow_up",
            ),
            models.Index(
                F("trouble"),
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(verified_at__isnull=True) & ~Q(trouble=""),
                name="lead_trouble_newest",
            ),
            models.Index(
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(source=Source.IMPORT),
                name="lead_imported_newest",
            ),
            models.Index(
                F("follow_up_at"),
                condition=Q(follow_up_at__isnull=False),
                name="lead_follow_up",
            ),
            models.Index(
                F("lease_ends_at"),
                condition=Q(lease_ends_at__isnull=False),
                name="lead_lease_ends",
            ),
            models.Index(fields=["last_activity_at"], condition=MAY_STALL, name="lead_may_stall"),
        ]

    def __str__(self) -> str:
        return f"Lead {self.pk}"

    def get_stage_display(self) -> str:
        """Django adds this method to fields with choices, but not to generated ones."""
        return str(Stage(self.stage).label)

    @property
    def is_claimed(self) -> bool:
        """Whether somebody has claimed the lead, and the claim has not ended."""
        return self.lease_ends_at is not None and self.lease_ends_at > timezone.now()

    def is_claimed_by(self, user_id: int | None) -> bool:
        return self.is_claimed and self.owner_id == user_id

    def extend_lease_until(self, moment: datetime) -> None:
        """Extend the claim to this moment, if it ends before."""
        self.lease_ends_at = max(self.lease_ends_at or moment, moment)

    @property
    def drop_off(self) -> str:
        """What stopped a person before verification, in words; "" once they have verified."""
        return "" if self.verified_at else str(DROP_OFFS[self.trouble or NO_ATTEMPT])

    @property
    def contact_due_at(self) -> datetime:
        """When somebody should have called for the first time."""
        return self.created_at + timedelta(minutes=settings.LEAD_FIRST_CONTACT_MINUTES)

    @property
    def may_be_contacted(self) -> bool:
        """Whether the person agreed to it, or no consent is required here, and they did not
        object."""
        if self.refused_at is not None or self.status == Status.DO_NOT_CONTACT:
            return False
        return self.has_consent or not settings.LEAD_CONSENT_REQUIRED

    @property
    def has_consent(self) -> bool:
        """Whether somebody agreed whose word counts here (`LEAD_CONSENT_PROOF`)."""
        is_proven = self.consent_proof == Proof.PROVEN
        return self.consent_at is not None and (is_proven or not lead_consent.needs_proof())

    @property
    def has_claims(self) -> bool:
        """Whether the name, or whether the person may be contacted, comes from somebody who has not
        proven the number."""
        return self.is_name_claimed or self.consent_proof == Proof.CLAIMED
