"""Everything the desk shows of one lead, read in at most five statements."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.utils import timezone
from django.utils.http import quote_etag
from django.utils.timezone import localdate
from django.utils.translation import get_language

from accounts.models import User
from leads import access, masking
from leads.access import Action
from leads.actions import contact
from leads.actions.verify import may_undo_until
from leads.errors import LeadNotFound
from leads.lead_page import reading, timeline_text
from leads.lead_page.timeline_text import Line
from leads.models import Lead
from leads.team import name_of
from loopin.errors import LoopinError

LINES = 30


def find(lead_id: int, user: User) -> Lead:
    """A lead that somebody may see, with what `in_full` adds.

    Raises NotPermitted or LeadNotFound.
    """
    access.require(user, Action.SEE)
    lead: Lead | None = access.visible_to(user).in_full().filter(pk=lead_id).first()
    if lead is None:
        raise LeadNotFound
    return lead


@dataclass(frozen=True)
class Dossier:
    """One lead as one member of staff sees it. `before`: the event above the first line, if the
    reader has gone back in the timeline."""

    lead: Lead
    user: User
    before: int | None = None

    def etag(self) -> str:
        """A word that changes with everything shown, what the clock alone changes too.

        Taken from the row, so it costs no statement.
        """
        lead = self.lead
        columns = [getattr(lead, field.attname) for field in lead._meta.concrete_fields]
        facts = [lead.last_event_id, self.is_late, self.is_follow_up_late, self.may_undo_until]
        reader = [
            self.user.pk,
            sorted(self.user.get_all_permissions()),
            self.before,
            localdate(),
            get_language(),
        ]
        view = repr([columns, facts, lead.is_held, reader])
        return quote_etag(hashlib.sha256(view.encode()).hexdigest()[:32])

    @cached_property
    def _events(self) -> tuple[list[Line], int | None]:
        shown, older = reading.events_of(self.lead, before=self.before, size=LINES)
        staff = User.objects.in_bulk(timeline_text.agents_named(shown))
        names = {pk: name_of(user) for pk, user in staff.items()}
        return timeline_text.lines(shown, names), older

    @property
    def lines(self) -> list[Line]:
        return self._events[0]

    @property
    def older(self) -> int | None:
        """Where the next page of the timeline begins; None on the last."""
        return self._events[1]

    @property
    def is_mine(self) -> bool:
        return self.lead.is_held_by(self.user.pk)

    @property
    def holder(self) -> str:
        """Who holds the lead, "" for nobody."""
        return name_of(self.lead.owner) if self.lead.is_held else ""

    @property
    def is_shown(self) -> bool:
        return masking.is_shown(self.lead, self.user)

    @property
    def digits(self) -> str:
        """The full number as WhatsApp writes it, for who may see it."""
        return (self.lead.phone_number or "").lstrip("+") if self.is_shown else ""

    @cached_property
    def reveals_today(self) -> int:
        return contact.reveals_today(self.user.pk)

    @property
    def why_no_contact(self) -> str:
        """Why whoever asks may not call just now; "" if they may, or somebody else is at it."""
        if self.lead.is_held and not self.is_mine:
            return ""
        try:
            access.require(self.user, Action.CONTACT, self.lead)
        except LoopinError as error:
            return str(error.message)
        return ""

    @property
    def is_late(self) -> bool:
        """Whether nobody called within `LEAD_FIRST_CONTACT_MINUTES`."""
        if self.lead.converted_at and not self.lead.first_contacted_at:
            return False
        return (self.lead.first_contacted_at or timezone.now()) > self.lead.contact_due_at

    @property
    def first_contact_minutes(self) -> int:
        """How long the person waited for the first call; 0 if there was none."""
        called_at = self.lead.first_contacted_at
        waited = (called_at - self.lead.created_at).total_seconds() if called_at else 0
        return round(waited / 60)

    @property
    def contact_minutes(self) -> int:
        return settings.LEAD_FIRST_CONTACT_MINUTES

    @property
    def is_follow_up_late(self) -> bool:
        return self.lead.follow_up_at is not None and self.lead.follow_up_at < timezone.now()

    @property
    def may_undo_until(self) -> datetime | None:
        return may_undo_until(self.lead, self.lead.vouched_at)

    @property
    def links_account(self) -> bool:
        return self.lead.user_id is not None and self.user.has_perm("accounts.view_user")
