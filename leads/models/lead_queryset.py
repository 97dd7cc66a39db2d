from datetime import datetime, timedelta
from typing import Any, Self

import orjson
from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Now

from accounts.phone import numbers
from leads.models import lead_sql
from leads.models.lead_event import EventKind, LeadEvent
from leads.models.lead_search import LeadSearch
from loopin.sql import execute, fetch_row

HELD = (
    *("phone_number", "name", "email", "country", "source", "status", "stage"),
    *("consent_at", "consent_version", "created_at", "last_activity_at"),
    *("delivered_at", "attempted_at", "verified_at", "converted_at", "profile_step"),
)
"""What a person is told of their lead."""


class LeadQuerySet(models.QuerySet[Any]):
    def advance(  # noqa: PLR0913  named columns
        self,
        phone_number: str,
        kind: EventKind,
        *,
        source: str = "web",
        user_id: int | None = None,
        is_verified: bool = False,
        is_converted: bool = False,
        trouble: str = "",
        name: str = "",
        email: str = "",
        contact_consent: bool | None = None,
        actor_id: int | None = None,
        data: dict[str, Any] | None = None,
    ) -> tuple[int, bool] | None:
        """Create the lead of a number or move it forward, and write its timeline.

        Its id, and whether it is a fresh one. None, and nothing is written, if the number already
        belongs to a customer. `contact_consent`: None leaves it as it is.
        """
        values = {
            "phone_number": phone_number,
            "country": numbers.country(phone_number),
            "source": source,
            "status": "converted" if is_converted else "new",
            "trouble": trouble,
            "name": name,
            "email": email,
            "user_id": user_id,
            "is_verified": is_verified or is_converted,
            "is_converted": is_converted,
            "consent": contact_consent,
            "consent_version": settings.CONTACT_NOTICE_VERSION if contact_consent else "",
            "kind": kind.value,
            "actor_id": actor_id,
            "data": orjson.dumps(data or {}).decode(),
        }
        row = fetch_row(lead_sql.ADVANCE, values)
        return (row[0], row[1]) if row else None

    def note(  # noqa: PLR0913  named columns
        self,
        phone_number: str,
        kind: EventKind,
        data: dict[str, Any] | None = None,
        *,
        trouble: str = "",
        is_delivered: bool = False,
        is_attempted: bool = False,
    ) -> None:
        """Write a line in the timeline of a number, if it is an open lead's."""
        values = {
            "phone_number": phone_number,
            "kind": kind.value,
            "data": orjson.dumps(data or {}).decode(),
            "trouble": trouble,
            "is_delivered": is_delivered or is_attempted,
            "is_attempted": is_attempted,
        }
        execute(lead_sql.NOTE, values)

    def step(self, phone_number: str, *, step: str, number: int, name: str) -> None:
        """Follow a profile that grows: `number` parts of it are done. `name`: "" if unknown."""
        values = {"phone_number": phone_number, "number": number, "name": name}
        data = orjson.dumps({"step": step}).decode()
        execute(lead_sql.STEP, values | {"kind": EventKind.PROFILE_STEP.value, "data": data})

    def introduce(self, lead_id: int, *, name: str, email: str) -> None:
        """Note what somebody said who has not proven the number, unless a name is known."""
        self.filter(pk=lead_id, name="", email="").update(name=name, email=email)

    def take_back(self, phone_number: str, *, email: str) -> None:
        """Forget what `introduce` noted."""
        self.filter(phone_number=phone_number, email=email, user=None).update(name="", email="")

    def rename(self, *, user_id: int, name: str, email: str) -> None:
        """Follow a customer's profile."""
        values = {"user_id": user_id, "name": name, "email": email}
        execute(lead_sql.RENAME, values | {"kind": EventKind.PROFILE_CHANGED.value})

    def consent(self, *, user_id: int, is_given: bool) -> None:
        """Write down that a person agrees to be contacted, or does not any more."""
        version = settings.CONTACT_NOTICE_VERSION
        kind = EventKind.CONSENT_GIVEN if is_given else EventKind.CONSENT_WITHDRAWN
        values = {
            "user_id": user_id,
            "is_given": is_given,
            "version": version,
            "kind": kind.value,
            "data": orjson.dumps({"version": version} if is_given else {}).decode(),
        }
        execute(lead_sql.CONSENT, values)

    def claim(self, lead_id: int, *, actor_id: int, lease: timedelta) -> bool:
        """Take a free lead; False if somebody holds it, or there is nobody to call."""
        values = {"lead_id": lead_id, "actor_id": actor_id, "lease": lease}
        return fetch_row(lead_sql.CLAIM, values | {"kind": EventKind.CLAIMED.value}) is not None

    def forget(
        self, *, user_id: int | None, phone_number: str | None, actor_id: int | None = None
    ) -> None:
        """Take the person off their lead, which stays for the counts; its notes go."""
        values = {"user_id": user_id, "phone_number": phone_number, "actor_id": actor_id}
        execute(lead_sql.FORGET, values | {"kind": EventKind.ACCOUNT_DELETED.value})

    def move(self, *, user_id: int, phone_number: str) -> None:
        """Let a person's lead, with its history, follow them to another number.

        Two statements, to be run in a transaction.
        """
        values = {"user_id": user_id, "phone_number": phone_number}
        execute(lead_sql.GIVE_UP_NUMBER, values | {"kind": EventKind.SUPERSEDED.value})
        moved = {"kind": EventKind.PHONE_CHANGED.value, "country": numbers.country(phone_number)}
        execute(lead_sql.TAKE_NUMBER, values | moved)

    def held_on(self, user_id: int) -> dict[str, Any] | None:
        """A person's lead with its timeline and notes; which member of staff did what is not
        theirs."""
        lead = self.filter(user_id=user_id).first()
        if lead is None:
            return None
        timeline = lead.events.order_by("pk").values("kind", "data", "created_at")
        notes = lead.notes.order_by("pk").values("text", "created_at")
        parts = {"timeline": list(timeline), "notes": list(notes)}
        return {name: getattr(lead, name) for name in HELD} | parts

    def mark_stalled(self, *, size: int) -> int:
        """Note of up to `size` leads that nothing happened for `LEAD_STALLED_MINUTES`, once for
        each halt; of how many."""
        silence = timedelta(minutes=settings.LEAD_STALLED_MINUTES)
        values = {"silence": silence, "size": size, "kind": EventKind.STALLED.value}
        return execute(lead_sql.STALL, values)

    def past_retention(self) -> Self:
        """Never verified, and nothing happened for `LEAD_RETENTION_DAYS`.

        Who asked not to be contacted stays, or the wish would be forgotten.
        """
        cutoff = Now() - timedelta(days=settings.LEAD_RETENTION_DAYS)
        idle = self.filter(verified_at=None, last_activity_at__lt=cutoff)
        recent = LeadEvent.objects.filter(lead=OuterRef("pk"), created_at__gte=cutoff)
        return idle.exclude(Exists(recent)).exclude(status="do_not_contact")

    def erase(self) -> None:
        """Remove leads with their timelines; only inside `loopin.sql.erasing`."""
        LeadEvent.objects.filter(lead__in=self).delete()
        self.delete()

    def in_full(self) -> Self:
        """With the holder, the id of the last event (`last_event_id`), and when somebody last
        vouched for the number (`vouched_at`)."""
        events = LeadEvent.objects.filter(lead=OuterRef("pk")).order_by("-pk")
        vouched = events.filter(kind=EventKind.VERIFIED_BY_HAND)
        return self.select_related("owner").annotate(
            last_event_id=Subquery(events.values("pk")[:1]),
            vouched_at=Subquery(vouched.values("created_at")[:1]),
        )

    def follow_ups(self, user_id: int, *, until: datetime) -> dict[str, int]:
        """How many calls somebody has promised: `due` before a moment, `overdue` of those."""
        mine = self.with_person().held_by(user_id).filter(follow_up_at__lt=until)
        return mine.aggregate(due=Count("pk"), overdue=Count("pk", Q(follow_up_at__lt=Now())))

    def with_person(self) -> Self:
        """Those that still have a number: somebody to call."""
        return self.exclude(phone_number=None)

    def free(self) -> Self:
        """Those nobody holds."""
        return self.filter(Q(owner=None) | Q(lease_ends_at__lte=Now()))

    def held_by(self, user_id: int) -> Self:
        return self.filter(owner_id=user_id, lease_ends_at__gt=Now())

    def containing(self, needle: str) -> Self:
        """Those whose number, name or e-mail contains the text."""
        return self.filter(pk__in=LeadSearch.objects.ids_containing(needle))
