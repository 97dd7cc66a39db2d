from datetime import datetime, timedelta
from typing import Any, Self

import orjson
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from accounts import phone
from accounts.models.user import E164_PATTERN
from leads.models.lead_event import EventKind, LeadEvent
from loopin.sql import execute, fetch_row

# A lead moves forward only: what is known stays known, and a customer is left alone. The change
# and its line in the timeline are one statement, so neither exists without the other.
ADVANCE = """
WITH lead AS (
    INSERT INTO leads_lead AS lead (phone_number, country, source, status, user_id,
                                    verified_at, converted_at, created_at, last_activity_at)
    VALUES (%(phone_number)s, %(country)s, %(source)s, %(status)s, %(user_id)s,
            CASE WHEN %(is_verified)s THEN now() END,
            CASE WHEN %(is_converted)s THEN now() END, now(), now())
    ON CONFLICT (phone_number) DO UPDATE SET
        user_id = COALESCE(excluded.user_id, lead.user_id),
        verified_at = COALESCE(lead.verified_at, excluded.verified_at),
        converted_at = excluded.converted_at,
        status = CASE WHEN excluded.converted_at IS NULL THEN lead.status ELSE excluded.status END,
        last_activity_at = now()
    WHERE lead.converted_at IS NULL
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, actor_id, data)
SELECT id, %(kind)s, %(actor_id)s, %(data)s::jsonb FROM lead
RETURNING lead_id
"""

NOTE = """
WITH lead AS (
    UPDATE leads_lead SET last_activity_at = now()
    WHERE phone_number = %(phone_number)s AND converted_at IS NULL
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data)
SELECT id, %(kind)s, %(data)s::jsonb FROM lead
"""

# What stays says how people came and how far, but not who.
FORGET = """
WITH lead AS (
    UPDATE leads_lead SET phone_number = NULL, user_id = NULL, last_activity_at = now()
    WHERE user_id = %(user_id)s OR phone_number = %(phone_number)s
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data)
SELECT id, %(kind)s, '{}' FROM lead
"""

# Somebody asked for a code with a number that a customer has since moved to: it is one person.
GIVE_UP_NUMBER = """
WITH lead AS (
    UPDATE leads_lead SET phone_number = NULL, last_activity_at = now()
    WHERE phone_number = %(phone_number)s AND user_id IS DISTINCT FROM %(user_id)s
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data) SELECT id, %(kind)s, '{}' FROM lead
"""

TAKE_NUMBER = """
WITH lead AS (
    UPDATE leads_lead
    SET phone_number = %(phone_number)s, country = %(country)s, last_activity_at = now()
    WHERE user_id = %(user_id)s
    RETURNING id
)
INSERT INTO leads_leadevent (lead_id, kind, data) SELECT id, %(kind)s, '{}' FROM lead
"""

HELD = (
    *("phone_number", "country", "source", "status"),
    *("created_at", "last_activity_at", "verified_at", "converted_at"),
)


class Source(models.TextChoices):
    API = "api", "App"
    WEB = "web", "Web"


class Status(models.TextChoices):
    NEW = "new", "New"
    CONTACTED = "contacted", "Contacted"
    FOLLOW_UP = "follow_up", "Follow-up"
    CONVERTED = "converted", "Converted"
    LOST = "lost", "Lost"
    DO_NOT_CONTACT = "do_not_contact", "Do not contact"


class LeadQuerySet(models.QuerySet["Lead"]):
    def advance(  # noqa: PLR0913  named columns
        self,
        phone_number: str,
        kind: EventKind,
        *,
        source: str = Source.WEB,
        user_id: int | None = None,
        is_verified: bool = False,
        is_converted: bool = False,
        actor_id: int | None = None,
        data: dict[str, str] | None = None,
    ) -> bool:
        """Create the lead of a number or move it forward, and write its timeline.

        False, and nothing is written, if the number already belongs to a customer.
        """
        values = {
            "phone_number": phone_number,
            "country": phone.country(phone_number),
            "source": source,
            "status": Status.CONVERTED.value if is_converted else Status.NEW.value,
            "user_id": user_id,
            "is_verified": is_verified or is_converted,
            "is_converted": is_converted,
            "kind": kind.value,
            "actor_id": actor_id,
            "data": orjson.dumps(data or {}).decode(),
        }
        return fetch_row(ADVANCE, values) is not None

    def note(self, phone_number: str, kind: EventKind, data: dict[str, str] | None = None) -> None:
        """Write a line in the timeline of a number, if it is an open lead's."""
        encoded = orjson.dumps(data or {}).decode()
        values = {"phone_number": phone_number, "kind": kind.value, "data": encoded}
        execute(NOTE, values)

    def forget(self, *, user_id: int, phone_number: str) -> None:
        """Take the person off their lead, which stays for the counts."""
        kind = EventKind.ACCOUNT_DELETED.value
        execute(FORGET, {"user_id": user_id, "phone_number": phone_number, "kind": kind})

    def move(self, *, user_id: int, phone_number: str) -> None:
        """Let a person's lead, with its history, follow them to another number.

        Two statements, to be run in a transaction.
        """
        values = {"user_id": user_id, "phone_number": phone_number}
        execute(GIVE_UP_NUMBER, values | {"kind": EventKind.SUPERSEDED.value})
        moved = {"kind": EventKind.PHONE_CHANGED.value, "country": phone.country(phone_number)}
        execute(TAKE_NUMBER, values | moved)

    def held_on(self, user_id: int) -> dict[str, Any] | None:
        """A person's lead with its timeline; which member of staff did what is not theirs."""
        lead = self.filter(user_id=user_id).first()
        if lead is None:
            return None
        timeline = lead.events.order_by("pk").values("kind", "data", "created_at")
        return {name: getattr(lead, name) for name in HELD} | {"timeline": list(timeline)}

    def past_retention(self) -> Self:
        """Never verified, and nothing happened for `LEAD_RETENTION_DAYS`.

        Who asked not to be contacted stays, or the wish would be forgotten.
        """
        cutoff = Now() - timedelta(days=settings.LEAD_RETENTION_DAYS)
        idle = self.filter(verified_at=None, last_activity_at__lt=cutoff)
        recent = LeadEvent.objects.filter(lead=OuterRef("pk"), created_at__gte=cutoff)
        return idle.exclude(Exists(recent)).exclude(status=Status.DO_NOT_CONTACT)

    def erase(self) -> None:
        """Remove leads with their timelines; only inside `loopin.sql.erasing`."""
        LeadEvent.objects.filter(lead__in=self).delete()
        self.delete()

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def filtered(self, *, status: str = "", phone: str = "") -> Self:
        """Those of a status whose number contains the digits typed, however they are spaced."""
        leads = self.exclude(phone_number=None)  # nobody to call
        leads = leads.filter(status=status) if status else leads
        digits = "".join(c for c in phone if c.isdecimal())
        return leads.filter(phone_number__contains=digits) if digits else leads

    def older_than(self, created_at: datetime, pk: int) -> Self:
        """Those that follow this one in the order of `newest_first`."""
        return self.filter(Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=pk))


class Lead(models.Model):
    """Somebody who asked for a code. Open until the profile is complete; then a customer.

    Without a number once the account is deleted, or another lead has moved to it.
    """

    phone_number = models.CharField(max_length=16, unique=True, null=True, blank=True)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1, from the number.")
    source = models.CharField(max_length=8, choices=Source)
    status = models.CharField(max_length=16, choices=Status, default=Status.NEW)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="lead"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    converted_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    last_activity_at = models.DateTimeField(db_default=Now())

    objects = LeadQuerySet.as_manager()

    class Meta:
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
                condition=Q(converted_at__isnull=True)
                | Q(status=Status.CONVERTED, verified_at__isnull=False),
                name="lead_converted_is_verified",
            ),
        ]
        indexes = [
            models.Index(F("created_at").desc(), F("id").desc(), name="lead_newest_first"),
            models.Index(
                F("status"), F("created_at").desc(), F("id").desc(), name="lead_status_newest_first"
            ),
        ]

    def __str__(self) -> str:
        return self.phone_number or "Without a number"

    @property
    def stage(self) -> str:
        """How far the person came by themselves, derived from what happened."""
        if self.converted_at:
            return "Profile complete"
        return "Verified" if self.verified_at else "Code requested"
