"""Everything that the page of one lead shows, read in at most five statements."""

from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
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
from leads.lead_page.timeline_text import TimelineLine
from leads.models import Lead
from leads.team import name_of
from leads.timeline import CLAIM_LEASE
from loopin.errors import LoopinError

EVENTS_PER_PAGE = 30


def find(lead_id: int, user: User) -> Lead:
    """A lead that somebody may see, with what `with_page_data` adds.

    Raises NotPermitted or LeadNotFound.
    """
    access.require(user, Action.SEE)
    lead: Lead | None = access.visible_to(user).with_page_data().filter(pk=lead_id).first()
    if lead is None:
        raise LeadNotFound
    return lead


@dataclass(frozen=True)
class LeadPage:
    """One lead as one member of staff sees it. `before`: the id of the event after which the
    timeline starts, None for the latest events."""

    lead: Lead
    user: User
    before: int | None = None

    def etag(self) -> str:
        """A hash of everything that the page shows, also of what depends on the time alone.

        It is made of the lead's row, so it costs no statement. It has a key, because whoever knows
        the other columns could try every number until the hash fits.
        """
        lead = self.lead
        columns = [getattr(lead, field.attname) for field in lead._meta.concrete_fields]
        facts = [
            lead.last_event_id,
            self.is_first_contact_late,
            self.is_follow_up_late,
            self.may_undo_until,
        ]
        reader = [
            self.user.pk,
            sorted(self.user.get_all_permissions()),
            self.before,
            localdate(),
            get_language(),
        ]
        view = repr([columns, facts, lead.is_claimed, reader])
        return quote_etag(salted_hmac("leads.lead", view, algorithm="sha256").hexdigest()[:32])

    @cached_property
    def _timeline(self) -> tuple[list[TimelineLine], int | None]:
        events, next_before = reading.events_of(self.lead, before=self.before, size=EVENTS_PER_PAGE)
        staff = User.objects.in_bulk(timeline_text.agents_named(events))
        names = {pk: name_of(user) for pk, user in staff.items()}
        lines = timeline_text.lines(events, names)
        return [self._masked(line) for line in lines], next_before

    def _masked(self, line: TimelineLine) -> TimelineLine:
        return replace(line, note=masking.text_for(line.note, self.lead, self.user))

    @property
    def lines(self) -> list[TimelineLine]:
        return self._timeline[0]

    @property
    def next_before(self) -> int | None:
        """The `before` of the next page of the timeline; None on the last."""
        return self._timeline[1]

    @property
    def is_owner(self) -> bool:
        return self.lead.is_claimed_by(self.user.pk)

    @property
    def owner_name(self) -> str:
        """Who has claimed the lead; "" for nobody."""
        return name_of(self.lead.owner) if self.lead.is_claimed else ""

    @cached_property
    def _lead_if_claimed(self) -> Lead:
        """The lead as a claim would make it; as it is if it cannot be claimed."""
        if self.lead.is_claimed or not access.may(self.user, Action.CLAIM, self.lead):
            return self.lead
        lead = copy(self.lead)
        lead.owner_id, lead.lease_ends_at = self.user.pk, timezone.now() + CLAIM_LEASE
        return lead

    def may_after_claim(self, action: Action) -> bool:
        """Whether only a claim is missing: the lead is free, or was let go of while somebody
        typed."""
        if access.may(self.user, action, self.lead):
            return False
        return access.may(self.user, action, self._lead_if_claimed)

    @property
    def is_number_shown(self) -> bool:
        return masking.is_number_shown(self.lead, self.user)

    @property
    def whatsapp_number(self) -> str:
        """The full number without its plus, as links to WhatsApp need it; "" while it is masked."""
        return (self.lead.phone_number or "").lstrip("+") if self.is_number_shown else ""

    @cached_property
    def reveals_today(self) -> int:
        return contact.reveals_today(self.user.pk)

    @property
    def contact_refusal(self) -> str:
        """Why the reader may not contact this person; "" if they may, or if somebody else owns the
        lead."""
        if self.lead.is_claimed and not self.is_owner:
            return ""
        try:
            access.require(self.user, Action.CONTACT, self.lead)
        except LoopinError as error:
            return str(error.page_message)
        return ""

    @property
    def is_first_contact_late(self) -> bool:
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
    def first_contact_limit_minutes(self) -> int:
        return settings.LEAD_FIRST_CONTACT_MINUTES

    @property
    def is_follow_up_late(self) -> bool:
        return self.lead.follow_up_at is not None and self.lead.follow_up_at < timezone.now()

    @property
    def may_undo_until(self) -> datetime | None:
        return may_undo_until(self.lead, self.lead.vouched_at)

    @property
    def shows_account_link(self) -> bool:
        return self.lead.user_id is not None and self.user.has_perm("accounts.view_user")
