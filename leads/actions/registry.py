"""The actions on the page of a lead: the form, the flow and the permission of each.

A row here is all that a further action needs; its name is also the end of its URL.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from leads.access import Action
from leads.actions import called_in, claim, contact, forget, forms, status, verify
from leads.actions.forms import LeadForm
from leads.resume import flows as resume


@dataclass(frozen=True)
class LeadAction:
    """`run(lead_id, actor=…, **form.values())` is the flow; `success_message` says what it did.

    `needs_lead`: whether the form reads the lead, which the actor must then be allowed to see.
    """

    form: type[LeadForm]
    run: Callable[..., Any]
    permission: Action
    success_message: StrOrPromise
    needs_lead: bool = True


ACTIONS = {
    "claim": LeadAction(
        forms.ClaimForm, claim.claim, Action.CLAIM, _("You hold this lead."), needs_lead=False
    ),
    "release": LeadAction(
        forms.ReleaseForm, claim.release, Action.RELEASE, _("Anybody may claim it again.")
    ),
    "assign": LeadAction(
        forms.AssignForm, claim.assign, Action.HAND_OVER, _("Handed over."), needs_lead=False
    ),
    "reveal": LeadAction(
        forms.RevealForm, contact.reveal, Action.CONTACT, _("Your look is written down.")
    ),
    "call": LeadAction(forms.CallForm, contact.log_call, Action.CONTACT, _("The call is logged.")),
    "note": LeadAction(forms.NoteForm, contact.write_note, Action.WORK, _("The note is saved.")),
    "called-in": LeadAction(
        forms.CalledInForm,
        called_in.leave_note,
        Action.SEE,
        _("The note is saved for whoever holds this lead."),
        needs_lead=False,
    ),
    "status": LeadAction(
        forms.StatusForm, status.change_status, Action.WORK, _("The status is changed.")
    ),
    "follow-up": LeadAction(
        forms.FollowUpForm, contact.set_follow_up, Action.WORK, _("The follow-up is saved.")
    ),
    "verify": LeadAction(
        forms.VerifyForm,
        verify.verify_by_hand,
        Action.VERIFY,
        _("Marked as verified. The next sign-in completes the profile."),
    ),
    "undo-verification": LeadAction(
        forms.UndoForm, verify.undo_verification, Action.VERIFY, _("Taken back.")
    ),
    "resume-link": LeadAction(
        forms.LinkForm, resume.create, Action.CONTACT, _("The link works once, for 48 hours.")
    ),
    "forget": LeadAction(
        forms.ForgetForm, forget.forget, Action.FORGET, _("The person is deleted.")
    ),
}
