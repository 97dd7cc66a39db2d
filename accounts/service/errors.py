"""What programs of staff and services are refused with, beside their sign-in."""

from django.utils.translation import gettext_lazy as _

from loopin.errors import LoopinError


class InsufficientScope(LoopinError):
    """RFC 6750 §3.1."""

    status = 403
    code = "insufficient_scope"
    advice = "Use a token that has the scope which the operation names."
    message = _("This token may not be used for that. Make one with the scope it needs.")
    headers = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}


class UserUnknown(LoopinError):
    """Nobody, one of staff, or somebody who has proven no number."""

    status = 404
    code = "user_unknown"
    advice = "Nobody has this id or number, or not any more."
    message = _("There is no user with this id or number.")


class UserDeleted(LoopinError):
    status = 410
    code = "user_deleted"
    advice = "Delete what you have of the person."
    message = _("This account was deleted.")


class CursorExpired(LoopinError):
    """What was changed since is not kept any more, or the database is another one."""

    status = 410
    code = "cursor_expired"
    advice = "Ask without `after`: everybody comes anew."
    message = _("This is too long ago. Read everybody again.")
