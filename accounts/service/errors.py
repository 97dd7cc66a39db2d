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
