"""What the database refuses of a lead, whichever statement writes it. Which status may follow which
is not about one row alone: a trigger decides that (leads/models/lead_status.py)."""

from django.db.models import CheckConstraint, Q

from accounts.models.user import E164_PATTERN
from leads.models.lead_choices import GIVEN_UP, Status
from leads.models.lead_consent import Proof

CONSTRAINTS = [
    CheckConstraint(condition=Q(phone_number__regex=E164_PATTERN), name="lead_phone_is_e164"),
    CheckConstraint(condition=Q(status__in=Status.values), name="lead_status_is_known"),
    CheckConstraint(condition=Q(consent_proof__in=["", *Proof.values]), name="lead_proof_is_known"),
    CheckConstraint(
        condition=Q(consent_at__isnull=True) | Q(refused_at__isnull=True),
        name="lead_says_yes_or_no",
    ),
    CheckConstraint(
        condition=Q(converted_at__isnull=True)
        | Q(status=Status.CONVERTED, verified_at__isnull=False),
        name="lead_converted_is_verified",
    ),
    CheckConstraint(
        condition=~Q(status=Status.CONVERTED) | Q(converted_at__isnull=False),
        name="lead_customer_is_converted",
    ),
    CheckConstraint(
        condition=Q(owner__isnull=True, lease_ends_at__isnull=True)
        | Q(owner__isnull=False, lease_ends_at__isnull=False),
        name="lead_owner_has_lease",
    ),
    CheckConstraint(
        condition=~Q(status=Status.DO_NOT_CONTACT)
        | Q(refused_at__isnull=False)
        | Q(phone_number__isnull=True),
        name="lead_no_contact_is_refused",
    ),
    CheckConstraint(
        condition=Q(follow_up_at__isnull=True)
        | Q(refused_at__isnull=True, converted_at__isnull=True) & ~Q(status__in=GIVEN_UP),
        name="lead_follow_up_is_welcome",
    ),
    CheckConstraint(
        condition=Q(promised_by__isnull=True) | Q(follow_up_at__isnull=False),
        name="lead_promise_has_time",
    ),
]
