"""Decides who may do what with which lead. Every flow asks here, so that the API and the pages have
the same rules.

Roles are groups of permissions (leads/roles.py). Beyond the permission, the lead itself decides:
whether the person sees it, owns it, and may contact whom it is about.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial, reduce
from operator import or_

from accounts.models import User
from leads import errors
from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_queryset import LeadQuerySet
from loopin.errors import LoopinError, errors_of, raises


class Action(StrEnum):
    """What a person may do. The actions of the second group are not about a single lead."""

    SEE = "see"
    CLAIM = "claim"
    RELEASE = "release"
    HAND_OVER = "hand_over"
    WORK = "work"
    CONTACT = "contact"
    VERIFY = "verify"
    FORGET = "forget"

    ASSIGN = "assign"
    EXPORT = "export"
    EXPORT_FULL_NUMBERS = "export_full_numbers"
    IMPORT = "import"
    SEE_INSIGHTS = "see_insights"


PERMISSIONS = {
    Action.SEE: "leads.work_leads",
    Action.CLAIM: "leads.work_leads",
    Action.RELEASE: "leads.work_leads",
    Action.HAND_OVER: "leads.work_leads",
    Action.WORK: "leads.work_leads",
    Action.CONTACT: "leads.work_leads",
    Action.VERIFY: "leads.verify_leads",
    Action.FORGET: "leads.forget_leads",
    Action.ASSIGN: "leads.assign_leads",
    Action.EXPORT: "leads.export_leads",
    Action.EXPORT_FULL_NUMBERS: "leads.export_full_numbers",
    Action.IMPORT: "leads.import_leads",
    Action.SEE_INSIGHTS: "leads.see_insights",
}

SEES_ALL = "leads.see_all_leads"
"""The permission of those who see leads that others hold."""


@dataclass(frozen=True)
class VisiblePart:
    """Some of the leads that somebody may see.

    `seen_by`: who sees just these, in words that are the same for all of them. `find`: makes their
    queryset. `user_id`: of whom they are the own leads and promises, if of anybody.
    """

    seen_by: str
    find: Callable[[], LeadQuerySet]
    user_id: int | None = None


def visible_parts(user: User) -> list[VisiblePart]:
    """The leads somebody may see: agents see those that nobody holds, their own, and those whom
    they promised a call; managers see all. A lead may be in several parts."""
    if not may(user, Action.SEE):
        return []
    if user.has_perm(SEES_ALL):
        return [VisiblePart("whoever sees all", Lead.objects.with_number)]
    return [
        VisiblePart("whoever works leads", lambda: Lead.objects.with_number().unclaimed()),
        VisiblePart(f"user {user.pk}", partial(_own_leads, user.pk), user.pk),
    ]


def _own_leads(user_id: int) -> LeadQuerySet:
    leads = Lead.objects.with_number()
    return leads.claimed_by(user_id) | leads.promised_by(user_id)


def visible_to(user: User) -> LeadQuerySet:
    """The leads of all `visible_parts` of somebody."""
    parts = [part.find() for part in visible_parts(user)]
    return reduce(or_, parts) if parts else Lead.objects.none()


def may(user: User, action: Action, lead: Lead | None = None) -> bool:
    """Whether a page offers an action; the flows decide with `require`."""
    try:
        require(user, action, lead)
    except LoopinError:
        return False
    return True


def require(user: User, action: Action, lead: Lead | None = None) -> None:
    """Return if the person may do this with this lead. `refusals` lists what it raises."""
    if not user.has_perm(PERMISSIONS[action]):
        raise errors.NotPermitted
    if lead is None:
        return
    _require_visible(user, lead)
    for rule in RULES.get(action, ()):
        rule(user, lead)


def _require_visible(user: User, lead: Lead) -> None:
    if is_hidden(user, lead):
        raise errors.LeadNotFound


def is_hidden(user: User, lead: Lead) -> bool:
    """Whether somebody who works leads does not see this one, because a colleague holds it."""
    is_theirs = user.pk in (lead.owner_id, lead.promised_by_id)
    return lead.is_claimed and not is_theirs and not user.has_perm(SEES_ALL)


@raises(errors.LeadClosed, errors.NobodyToContact)
def _require_open(user: User, lead: Lead) -> None:
    if lead.converted_at:
        raise errors.LeadClosed
    if lead.phone_number is None:
        raise errors.NobodyToContact


@raises(errors.NotOwner)
def _require_owner(user: User, lead: Lead) -> None:
    if not lead.is_claimed_by(user.pk):
        raise errors.NotOwner


@raises(_require_owner)
def _require_owner_or_manager(user: User, lead: Lead) -> None:
    if not user.has_perm("leads.assign_leads"):
        _require_owner(user, lead)


@raises(errors.DoNotContact, errors.NoConsent)
def require_contactable(lead: Lead) -> None:
    """Return if the person may be called or written to, whoever does it."""
    if lead.status == Status.DO_NOT_CONTACT:
        raise errors.DoNotContact
    if not lead.may_be_contacted:
        raise errors.NoConsent


@raises(require_contactable)
def _require_contact_allowed(user: User, lead: Lead) -> None:
    require_contactable(lead)


RULES: dict[Action, tuple[Callable[[User, Lead], None], ...]] = {
    Action.CLAIM: (_require_open,),
    Action.RELEASE: (_require_owner_or_manager,),
    Action.HAND_OVER: (_require_open, _require_owner_or_manager),
    Action.WORK: (_require_open, _require_owner_or_manager),
    Action.CONTACT: (_require_open, _require_contact_allowed, _require_owner),
    Action.VERIFY: (_require_open,),
}


def refusals(action: Action) -> tuple[type[LoopinError], ...]:
    """The errors that `require` may raise for an action on a lead."""
    return errors_of(errors.NotPermitted, errors.LeadNotFound, *RULES.get(action, ()))
