"""Who may do what with which lead, in one place: every flow asks here, so no door can forget to.

Roles are groups of permissions (leads/roles.py). On top of a permission comes what the lead itself
allows: whether the person sees it, holds it, and may contact whom it is about.
"""

from collections.abc import Callable
from enum import StrEnum

from accounts.models import User
from leads import errors
from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_queryset import LeadQuerySet
from loopin.errors import LoopinError, errors_of, raises


class Action(StrEnum):
    """What can be asked for. Those of the second half need no lead."""

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


def visible_to(user: User) -> LeadQuerySet:
    """The leads somebody may see: agents their own and those nobody holds, managers all."""
    if not may(user, Action.SEE):
        return Lead.objects.none()
    leads = Lead.objects.with_person()
    if user.has_perm("leads.see_all_leads"):
        return leads
    return leads.free() | leads.held_by(user.pk)


def may(user: User, action: Action, lead: Lead | None = None) -> bool:
    """Whether a button is worth showing; the flows decide with `require`."""
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
    _see(user, lead)
    for rule in RULES.get(action, ()):
        rule(user, lead)


def _see(user: User, lead: Lead) -> None:
    if lead.is_held and lead.owner_id != user.pk and not user.has_perm("leads.see_all_leads"):
        raise errors.LeadNotFound


@raises(errors.LeadClosed, errors.NobodyToContact)
def _is_open(user: User, lead: Lead) -> None:
    if lead.converted_at:
        raise errors.LeadClosed
    if lead.phone_number is None:
        raise errors.NobodyToContact


@raises(errors.NotHeld)
def _holds(user: User, lead: Lead) -> None:
    if not lead.is_held_by(user.pk):
        raise errors.NotHeld


@raises(_holds)
def _holds_or_assigns(user: User, lead: Lead) -> None:
    if not user.has_perm("leads.assign_leads"):
        _holds(user, lead)


@raises(errors.DoNotContact, errors.NoConsent)
def _may_be_contacted(user: User, lead: Lead) -> None:
    if lead.status == Status.DO_NOT_CONTACT:
        raise errors.DoNotContact
    if not lead.may_be_contacted:
        raise errors.NoConsent


RULES: dict[Action, tuple[Callable[[User, Lead], None], ...]] = {
    Action.CLAIM: (_is_open,),
    Action.RELEASE: (_holds_or_assigns,),
    Action.HAND_OVER: (_is_open, _holds_or_assigns),
    Action.WORK: (_is_open, _holds_or_assigns),
    Action.CONTACT: (_is_open, _may_be_contacted, _holds),
    Action.VERIFY: (_is_open,),
}


def refusals(action: Action) -> tuple[type[LoopinError], ...]:
    """What `require` raises where this may not be done with a lead."""
    return errors_of(errors.NotPermitted, errors.LeadNotFound, *RULES.get(action, ()))
