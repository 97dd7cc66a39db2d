"""What leads say of a person, and how it goes: on request, or after its time."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from leads.models import traces
from leads.models.lead_choices import Source
from leads.models.lead_consent import Proof
from leads.models.lead_event import EventKind, LeadEvent
from leads.models.lead_filters import LeadFilters
from leads.models.lead_note import LeadNote
from leads.models.suppressed_number import SuppressedNumber

WITHOUT_OWNER: dict[str, Any] = {
    "owner": None,
    "lease_ends_at": None,
    "revealed_at": None,
    "follow_up_at": None,
    "promised_by": None,
    "last_activity_at": Now(),
}
"""The columns of a lead without a number: nobody can be called, so nobody owns it."""

WITHOUT_PERSON: dict[str, Any] = {
    **WITHOUT_OWNER,
    **dict.fromkeys(("phone_number", "user", "consent_at", "refused_at")),
    **dict.fromkeys(("name", "email", "consent_version", "consent_proof"), ""),
    "is_name_claimed": False,
}
"""The columns of a lead whose person was deleted. The others say how far people came, but not
who."""

OF_CLAIM = (
    *(EventKind.REGISTERED, EventKind.STALLED, EventKind.ASSIGNED, EventKind.RELEASED),
    *(EventKind.CODE_REQUESTED, EventKind.CODE_DELIVERED, EventKind.CODE_UNDELIVERED),
)
"""The events of a lead that exists by the claim of an account alone: it registered, and perhaps
asked for the code that would have proven the number."""


class LeadPrivacy(LeadFilters):
    """Changes of what is known of people, each with its event in the timeline."""

    def record(
        self,
        kind: EventKind,
        *,
        actor_id: int | None = None,
        data: dict[str, Any] | None = None,
        skip_locked: bool = False,
        **columns: Any,
    ) -> list[int]:
        """Set columns of these leads and record an event of each, in one transaction.

        Returns their ids. Three statements; one, if there are no such leads.
        """
        with transaction.atomic(savepoint=False):
            locked = self.select_for_update(no_key=True, skip_locked=skip_locked)
            lead_ids = list(locked.values_list("pk", flat=True))
            if lead_ids:
                self.model.objects.filter(pk__in=lead_ids).update(**columns)
                LeadEvent.objects.bulk_create(
                    LeadEvent(lead_id=lead_id, kind=kind, actor_id=actor_id, data=data or {})
                    for lead_id in lead_ids
                )
        return lead_ids

    def introduce(self, lead_id: int, *, name: str, email: str) -> None:
        """Store what somebody says who has not proven the number, unless the lead has a name."""
        unknown = self.filter(pk=lead_id, name="", email="", verified_at=None)
        unknown.update(name=name, email=email, is_name_claimed=True)

    @transaction.atomic
    def forget_claim(self, phone_number: str, *, email: str) -> None:
        """Remove what `introduce` stored, and the number too where it came with it and nobody has
        done anything since."""
        theirs = self.filter(phone_number=phone_number, email=email, is_name_claimed=True)
        others = LeadEvent.objects.filter(lead=OuterRef("pk")).exclude(kind__in=OF_CLAIM)
        alone = theirs.filter(source=Source.EMAIL, owner=None).exclude(Exists(others))
        traces.remove(None, [email])
        alone.record(EventKind.ACCOUNT_DELETED, **WITHOUT_PERSON)
        theirs.update(name="", email="", is_name_claimed=False)

    @transaction.atomic
    def forget(
        self, *, user_id: int | None, phone_number: str | None, actor_id: int | None = None
    ) -> None:
        """Remove the person from their lead, which stays for the counts, and delete its notes.

        Of a number that is given, a keyed hash stays, so that no list brings the person back.
        """
        is_theirs = Q(pk=None)
        if user_id is not None:
            is_theirs |= Q(user_id=user_id)
        if phone_number is not None:
            is_theirs |= Q(phone_number=phone_number)
            SuppressedNumber.objects.suppress(
                phone_number, Proof.STAFF if user_id is None else Proof.PROVEN
            )
        leads = self.filter(is_theirs).order_by("pk")
        for number, *words in leads.values_list("phone_number", "name", "email"):
            traces.remove(number, words)
        lead_ids = leads.record(EventKind.ACCOUNT_DELETED, actor_id=actor_id, **WITHOUT_PERSON)
        LeadNote.objects.filter(lead__in=lead_ids).delete()

    def forget_details(self) -> None:
        """Remove names, e-mail addresses and notes; the numbers stay, and what people said."""
        LeadNote.objects.filter(lead__in=self).delete()
        self.update(name="", email="", is_name_claimed=False)
