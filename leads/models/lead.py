from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from leads.models import lead_consent
from leads.models.lead_choices import (
    DROP_OFFS,
    GIVEN_UP,
    NO_ATTEMPT,
    Source,
    Stage,
    Status,
    Trouble,
)
from leads.models.lead_consent import Proof
from leads.models.lead_constraints import CONSTRAINTS
from leads.models.lead_indexes import INDEXES
from leads.models.lead_queryset import LeadQuerySet
from leads.models.lead_status import NAME_ACTOR, Actor
from loopin.models.kinds import KindField
from loopin.sql import execute

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
    source = KindField(max_length=8, choices=Source)
    status = models.CharField(max_length=16, choices=Status, default=Status.NEW)
    trouble = KindField(max_length=16, choices=Trouble, blank=True, default="")
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
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # lead_owner_follow_up has those that there are
        related_name="+",
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    lease_ends_at = models.DateTimeField(null=True, blank=True)
    revealed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the owner looked at the full number."
    )
    follow_up_at = models.DateTimeField(null=True, blank=True)
    promised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # lead_promised_by has those that there are
        related_name="+",
        help_text="Who said that they would call at the time of the follow-up.",
    )
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
    active_slot_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="The end of the ten minutes that the last activity was in. A trigger writes it.",
    )
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
        constraints = [*CONSTRAINTS]
        indexes = INDEXES

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

    def move_to(self, status: Status, by: Actor) -> None:
        """Set the status, and tell the database at whose word, which it asks when the lead is saved
        (leads/models/lead_status.py). Open the transaction before. One statement."""
        execute(NAME_ACTOR, [by.value])
        self.status = status
        if status in GIVEN_UP:
            self.promise(None)

    def promise(self, at: datetime | None, by_id: int | None = None) -> None:
        """Set when somebody said to call, and who; None ends the promise."""
        self.follow_up_at, self.promised_by_id = at, by_id if at else None

    def refuse(self, proof: Proof) -> None:
        """Set that the person does not want to be contacted, which ends every promise."""
        self.consent_at, self.refused_at = None, timezone.now()
        self.consent_version, self.consent_proof = "", proof
        self.promise(None)

    @property
    def drop_off(self) -> str:
        """What stopped a person before verification, in words; "" once they have verified."""
        reason = self.trouble or NO_ATTEMPT
        return "" if self.verified_at else str(DROP_OFFS.get(reason, reason))

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
    def contact_consent(self) -> dict[str, Any]:
        """What the person said about being contacted, as `accounts.signals.consent_requested`
        describes it."""
        said = {True: self.consent_at, False: self.refused_at}
        answer = next((yes for yes, said_at in said.items() if said_at is not None), None)
        return {
            "contact_consent": answer,
            "contact_consent_at": self.consent_at or self.refused_at,
            "may_be_contacted": self.may_be_contacted,
        }

    @property
    def has_claims(self) -> bool:
        """Whether the name, or whether the person may be contacted, comes from somebody who has not
        proven the number."""
        return self.is_name_claimed or self.consent_proof == Proof.CLAIMED
