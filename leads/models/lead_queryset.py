from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.phone import numbers
from leads.models import lead_sql
from leads.models.lead_activity import slot_of
from leads.models.lead_choices import GIVEN_UP, Source, Status, Trouble
from leads.models.lead_consent import Proof, replaced_by
from leads.models.lead_event import EventKind, LeadEvent
from leads.models.lead_privacy import WITHOUT_OWNER, LeadPrivacy
from leads.models.lead_status import Actor
from leads.models.suppressed_number import digest_of
from loopin.sql import array_of, execute, fetch_row
from loopin.statements.composed import PERMITTED, Part, Row, run

MAY_STALL = (
    Q(converted_at__isnull=True, phone_number__isnull=False)
    & ~Q(status__in=GIVEN_UP)
    & (Q(stalled_at__isnull=True) | Q(stalled_at__lt=F("active_slot_at")))
)
"""The leads that may stall and have not since the ten minutes of their last activity; also the
condition of an index."""


class LeadQuerySet(LeadPrivacy):
    """Changes of leads, each with its event in the timeline."""

    def advance(
        self, phone_number: str, kind: EventKind, **columns: Any
    ) -> tuple[int, bool] | None:
        """Create the lead of a number or move it forward, and record the event, as `advancing`
        says, in one statement.

        Returns its id, and whether it is new. None, and nothing is written, if the number belongs
        to a customer.
        """
        rows = run(PERMITTED, self.advancing(phone_number, kind, **columns))
        lead_id, is_fresh = rows[1] if rows else (None, False)
        return None if lead_id is None else (lead_id, is_fresh)

    def advancing(  # noqa: PLR0913  named columns
        self,
        phone_number: str,
        kind: EventKind,
        *,
        source: str = Source.WEB,
        user_id: int | None = None,
        is_of_permitted: bool = False,
        is_verified: bool = False,
        is_converted: bool = False,
        trouble: str = "",
        name: str = "",
        email: str = "",
        contact_consent: bool | None = None,
        actor_id: int | None = None,
        data: dict[str, Any] | None = None,
        then: Callable[[Row], object] | None = None,
    ) -> Part:
        """The part of a statement that creates the lead of a number or moves it forward, and
        records the event. It does nothing if the number belongs to a customer.

        `is_of_permitted`: `permitted` has the `user_id` and the `email`. `is_verified`: the person
        has proven the number just now, and says `name`, `email` and `contact_consent`; otherwise
        the number is only claimed. `then`: is told the id of the lead and whether it is new.
        """
        proof = Proof.PROVEN if is_verified else Proof.CLAIMED
        values = {
            "phone_number": phone_number,
            "digest": digest_of(phone_number),
            "country": numbers.country(phone_number),
            "source": source,
            "status": (Status.CONVERTED if is_converted else Status.NEW).value,
            "trouble": trouble,
            "name": name,
            "email": email,
            "user_id": user_id,
            "is_verified": is_verified or is_converted,
            "is_converted": is_converted,
            "is_proof": is_verified,
            "is_unconfirmed": is_verified and contact_consent is None,
            "kind": kind.value,
            "actor_id": actor_id,
            "data": orjson.dumps(data or {}).decode(),
        } | _answer(proof, contact_consent)
        clause = lead_sql.ADVANCE_OF_PERMITTED if is_of_permitted else lead_sql.ADVANCE
        return Part(clause, values, then)

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
        """Record an event of a number, if it belongs to an open lead."""
        values = {
            "phone_number": phone_number,
            "kind": kind.value,
            "data": orjson.dumps(data or {}).decode(),
            "trouble": trouble,
            "not_delivered": Trouble.NOT_DELIVERED.value,
            "is_delivered": is_delivered or is_attempted,
            "is_attempted": is_attempted,
        }
        execute(lead_sql.NOTE, values)

    def record_profile_step(
        self, phone_number: str, *, step: str, number: int, name: str, email: str
    ) -> None:
        """Record that `number` steps of the profile are done. `name`, `email`: "" if unknown."""
        values = {"phone_number": phone_number, "number": number, "name": name, "email": email}
        data = orjson.dumps({"step": step}).decode()
        execute(lead_sql.STEP, values | {"kind": EventKind.PROFILE_STEP.value, "data": data})

    def rename(self, *, user_id: int, name: str, email: str) -> None:
        """Take over name and e-mail address from a customer's profile."""
        self.filter(user_id=user_id).record(
            EventKind.PROFILE_CHANGED, name=name, email=email, is_name_claimed=False
        )

    def answer(
        self,
        proof: Proof,
        *,
        contact_consent: bool,
        user_id: int | None = None,
        phone_number: str | None = None,
    ) -> int | None:
        """Record whether the person of an account or a number agrees to be contacted, as far as
        this takes the place of what is known. Returns the id of the lead, None if it does not. One
        statement."""
        kind = EventKind.CONSENT_GIVEN if contact_consent else EventKind.CONSENT_WITHDRAWN
        answer = _answer(proof, contact_consent)
        version = {"version": answer["consent_version"]} if contact_consent else {}
        values = {
            "user_id": user_id,
            "phone_number": phone_number,
            "status": Status.NEW.value,
            "kind": kind.value,
            "data": orjson.dumps(version | {"proof": proof.value}).decode(),
        }
        row = fetch_row(lead_sql.ANSWER, values | answer)
        return row[0] if row else None

    def claim(self, lead_id: int, *, actor_id: int, lease: timedelta) -> bool:
        """Claim a free lead; False if somebody has claimed it, or it has no number or is a
        customer."""
        values = {"lead_id": lead_id, "actor_id": actor_id, "lease": lease}
        return fetch_row(lead_sql.CLAIM, values | {"kind": EventKind.CLAIMED.value}) is not None

    @transaction.atomic
    def change_number(self, *, user_id: int, phone_number: str) -> None:
        """Change the number of a person's lead, which keeps its timeline.

        If the number has a lead already, the same person asked for a code with it before, so that
        lead loses the number.
        """
        others = self.filter(phone_number=phone_number).exclude(user_id=user_id)
        others.record(EventKind.SUPERSEDED, phone_number=None, **WITHOUT_OWNER)
        self.filter(user_id=user_id).record(
            EventKind.PHONE_CHANGED,
            phone_number=phone_number,
            country=numbers.country(phone_number),
            revealed_at=None,
            last_activity_at=Now(),
        )

    def mark_stalled(self, *, size: int) -> int:
        """Record that up to `size` leads have stalled: no activity for `LEAD_STALLED_MINUTES`.

        Returns how many. Each time that a lead stalls is recorded once, and is no activity. Leads
        that are locked are left for the next run.
        """
        silence = timedelta(minutes=settings.LEAD_STALLED_MINUTES)
        silent = self.filter(
            MAY_STALL,
            Q(stalled_at__isnull=True) | Q(stalled_at__lt=F("last_activity_at")),
            last_activity_at__lt=Now() - silence,
            active_slot_at__lte=slot_of(Now() - silence),
        )
        batch = silent.order_by("active_slot_at")[:size]
        return len(batch.record(EventKind.STALLED, skip_locked=True, stalled_at=Now()))

    def erase(self) -> None:
        """Remove leads with their timelines; only inside `loopin.sql.deletion_allowed`."""
        LeadEvent.objects.filter(lead__in=self).delete()
        self.delete()


def _answer(proof: Proof, contact_consent: bool | None) -> dict[str, Any]:
    """The parameters of a statement that may change the consent."""
    return {
        "consent": contact_consent,
        "consent_version": settings.CONTACT_NOTICE_VERSION if contact_consent else "",
        "consent_proof": "" if contact_consent is None else proof.value,
        "replaced": array_of(replaced_by(proof, contact_consent)),
        "is_claim": proof is Proof.CLAIMED,
        "no_contact": Status.DO_NOT_CONTACT.value,
        "status_actor": Actor.PERSON.value,
    }
