from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from loopin.models.kinds import KindField
from loopin.rules import called
from loopin.statements.event_order import EventOrder

ORDER = EventOrder("leads_look_at_events")
"""In which events are followed, by whoever misses none."""


@called("LeadEventKind")
class EventKind(models.TextChoices):
    """What happened to a lead: first the kinds that the person causes, then those of staff."""

    CODE_REQUESTED = "code_requested", _("Asked for a code")
    CODE_WITHHELD = "code_withheld", _("Asked for a code and was refused")
    CODE_DELIVERED = "code_delivered", _("The code was delivered")
    CODE_UNDELIVERED = "code_undelivered", _("The code could not be delivered")
    CODE_UNCONFIRMED = "code_unconfirmed", _("We do not know whether the code left")
    CODE_REFUSED = "code_refused", _("Typed a wrong code")
    CODE_EXPIRED = "code_expired", _("Typed a code that had expired")
    CODE_LOCKED = "code_locked", _("Tried a code with no attempts left")
    REGISTERED = "registered", _("Registered by e-mail")
    PHONE_VERIFIED = "phone_verified", _("Verified the phone number")
    PROFILE_STEP = "profile_step", _("Filled in part of the profile")
    PROFILE_COMPLETED = "profile_completed", _("Completed the profile")
    PROFILE_CHANGED = "profile_changed", _("Changed the profile")
    PHONE_CHANGED = "phone_changed", _("Changed the phone number")
    SUPERSEDED = "superseded", _("The number went to another lead")
    CONSENT_GIVEN = "consent_given", _("Agreed to be contacted")
    CONSENT_WITHDRAWN = "consent_withdrawn", _("Asked not to be contacted")
    RESUMED = "resumed", _("Opened the link to go on")
    ACCOUNT_DELETED = "account_deleted", _("Deleted the account")
    STALLED = "stalled", _("Came to a halt")

    CLAIMED = "claimed", _("Claimed")
    ASSIGNED = "assigned", _("Assigned")
    RELEASED = "released", _("Released")
    CALLED = "called", _("Called")
    NOTED = "noted", _("Wrote a note")
    STATUS_CHANGED = "status_changed", _("Changed the status")
    FOLLOW_UP_SET = "follow_up_set", _("Set a follow-up")
    REVEALED = "revealed", _("Looked at the full number")
    LINK_SENT = "link_sent", _("Sent the link to go on")
    VERIFIED_BY_HAND = "verified_by_hand", _("Marked as verified")
    VERIFICATION_UNDONE = "verification_undone", _("Took the mark as verified back")
    DELETION_ASKED = "deletion_asked", _("Deleted the person on request")
    IMPORTED = "imported", _("Imported")
    IMPORT_UNDONE = "import_undone", _("Undid the import")
    EXPORTED = "exported", _("Exported")


class CallOutcome(models.TextChoices):
    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Busy")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    CALL_BACK = "call_back", _("Call back later")


class LeadEvent(models.Model):
    """An event in a lead's timeline, which is also the audit trail: written once and never changed.

    A trigger refuses UPDATE, and DELETE outside of `loopin.sql.deletion_allowed`, so `data`
    has nothing personal: it stays when its person is deleted. loopin/statements/event_order.py
    says how events are followed.
    """

    lead = models.ForeignKey("leads.Lead", models.PROTECT, related_name="events")
    kind = KindField(max_length=32, choices=EventKind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The member of staff who did it; empty when the person did.",
    )
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-pk"]
        indexes = [
            # Audit and insights by time; a few pages, however many events.
            BrinIndex(fields=["created_at"], name="leadevent_created_at"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
