"""The errors of working with leads; each message says what to do next."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from loopin.errors import LoopinError


class NotPermitted(LoopinError):
    status = 403
    code = "not_permitted"
    advice = "Ask a sales manager for the role."
    message = _("Your role does not include this. Ask a sales manager.")


class LeadNotFound(LoopinError):
    """Also for a lead that the person may not see, so that nobody learns whether it exists."""

    status = 404
    code = "lead_not_found"
    advice = "Read the list again."
    message = _("There is no such lead, or somebody else works on it.")


class AlreadyClaimed(LoopinError):
    """`owner_name`: of the member of staff who has claimed the lead."""

    status = 409
    code = "already_held"
    advice = "Leave the lead to that colleague."

    def __init__(self, owner_name: str = "") -> None:
        name = owner_name or gettext("Somebody else")
        super().__init__(gettext("%(name)s works on this lead.") % {"name": name})


class NotOwner(LoopinError):
    status = 409
    code = "not_held"
    advice = "Claim the lead, then send the same again."
    message = _("Claim this lead first, so that nobody else calls at the same time.")


class LeadClosed(LoopinError):
    status = 409
    code = "lead_closed"
    advice = "Nothing is left to do."
    message = _("This person has completed the profile and is a customer: nothing is left to do.")


class NobodyToContact(LoopinError):
    status = 409
    code = "no_number"
    advice = "Nothing is left to do."
    message = _("This person was forgotten or has another number: there is nobody to call.")


class NoConsent(LoopinError):
    status = 409
    code = "no_consent"
    advice = "Do not contact the person."
    message = _("This person did not agree to be contacted. Do not call or write.")


class DoNotContact(LoopinError):
    status = 409
    code = "do_not_contact"
    advice = "Do not contact the person."
    message = _("This person asked not to be contacted. Do not call or write.")


class IllegalStatus(LoopinError):
    """`reason`: why this status cannot follow the other."""

    status = 409
    code = "illegal_status"
    advice = "Read the lead again; the message says what may follow."
    field = "status"

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or gettext("This status cannot follow the other."))


class RevealsUsedUp(LoopinError):
    """`retry_after`: seconds until the day is over."""

    status = 429
    code = "reveals_used_up"
    advice = "Go on after `retry_after` seconds, or ask a sales manager."
    message = _("You have looked at as many numbers as one may in a day. Ask a sales manager.")

    def __init__(self, retry_after: int = 3600) -> None:
        self.retry_after = retry_after
        super().__init__()


class SearchesUsedUp(RevealsUsedUp):
    code = "searches_used_up"
    advice = "Search by name, or go on after `retry_after` seconds."
    message = _(
        "You have looked for as many numbers as one may in a day. Search by name, or ask a sales"
        " manager."
    )


class AlreadyVerified(LoopinError):
    status = 409
    code = "already_verified"
    message = _("This number is verified already.")


class CannotUndo(LoopinError):
    """`reason`: why the verification cannot be undone."""

    status = 409
    code = "cannot_undo"

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or gettext("There is nothing to undo."))


class AgentNotFound(LoopinError):
    status = 422
    code = "agent_not_found"
    field = "agent"
    message = _("Choose somebody who works leads.")


class LinksUsedUp(LoopinError):
    """`retry_after`: seconds until another message may go to this person."""

    status = 429
    code = "links_used_up"
    message = _("This person got a link not long ago. Try again later, or copy a link.")

    def __init__(self, retry_after: int = 600) -> None:
        self.retry_after = retry_after
        super().__init__()


class LinkUnusable(LoopinError):
    """A link that is forged, used, expired or needed no more; the message does not say which."""

    status = 410
    code = "link_over"
    message = _("This link has done its work. Links work once, for 48 hours.")


class NoRole(NotPermitted):
    code = "no_role"
    message = _("Your account has no sales role yet. Ask an admin.")


class SavedViewNotFound(LoopinError):
    status = 404
    code = "saved_view_not_found"
    message = _("This view is gone already, or it is not yours to delete.")


class TooManySavedViews(LoopinError):
    status = 409
    code = "too_many_saved_views"
    message = _("You have as many saved views as fit. Delete one first.")
