"""The error of ending a session."""

from django.utils.translation import gettext_lazy as _

from loopin.errors import LoopinError


class SessionNotFound(LoopinError):
    status = 404
    code = "session_not_found"
    advice = "Read the list of devices again."
    message = _("This device is not signed in any more.")
