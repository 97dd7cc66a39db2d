from datetime import timedelta
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Session
from leads.models.lead import Lead
from leads.models.lead_event import EventKind
from loopin.models.kinds import KindField

LIFETIME = timedelta(hours=48)
RETENTION = timedelta(days=30)


class Channel(models.TextChoices):
    SMS = "sms", _("By SMS")
    COPIED = "copied", _("Copied")


class Place(models.TextChoices):
    """Where a link was opened, as far as the timeline says it."""

    OF_MAKER = "of_maker", _("from the network of whoever made the link")


def _place(link: "ResumeLink", client_ip: str) -> dict[str, str]:
    is_there = Session.objects.was_at(link.created_by_id, client_ip, within=LIFETIME)
    return {"place": Place.OF_MAKER.value} if is_there else {}


class ResumeLinkQuerySet(models.QuerySet["ResumeLink"]):
    def usable(self) -> Self:
        """The links that can be used: in time, and for the number of a person who is no
        customer."""
        return self.filter(
            used_at=None,
            expires_at__gt=Now(),
            lead__phone_number__isnull=False,
            lead__converted_at=None,
        )

    @transaction.atomic
    def use(self, link_id: UUID, *, staff_id: int | None = None, client_ip: str = "") -> str | None:
        """Mark a link as used; returns the number of its lead, None if it is not usable.

        `staff_id`: the member of staff in whose browser it was opened, as far as that is known.
        `client_ip`: from where it was opened.

        Of simultaneous callers one finds it unused; the others wait for its lock and find it used.
        """
        links = self.usable().select_related("lead").select_for_update(of=("self", "lead"))
        link = links.filter(pk=link_id).first()
        if link is None:
            return None
        self.filter(pk=link_id).update(used_at=Now())
        lead = Lead.objects.filter(pk=link.lead_id)
        data = {} if staff_id else _place(link, client_ip)
        lead.record(EventKind.RESUMED, actor_id=staff_id, data=data, last_activity_at=Now())
        return link.lead.phone_number

    def long_over(self) -> Self:
        """Expired 30 days ago or earlier."""
        return self.filter(expires_at__lt=Now() - RETENTION)


class ResumeLink(models.Model):
    """A link with which a person continues a sign-up, once, within 48 hours.

    It contains no number and no code: whoever opens it still has to type the code sent to the
    phone.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    lead = models.ForeignKey("leads.Lead", models.CASCADE, related_name="resume_links")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = KindField(max_length=8, choices=Channel)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_default=Now() + LIFETIME, db_index=True)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = ResumeLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Link to lead {self.lead_id}"
