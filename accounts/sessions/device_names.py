"""What devices are called, as it is kept ("Chrome on Android") and as people read it."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

UNKNOWN = _("Unknown device")
TRANSLATED = {UNKNOWN, _("Loopin app"), _("Browser"), _("App")}
"""All others go by the names of their makers."""


def shown(name: str) -> str:
    """A name of accounts/sessions/user_agent.py in the reader's language."""
    program, on, system = name.partition(" on ")
    program = gettext(program) if program in TRANSLATED else program
    if not on:
        return program
    return gettext("%(program)s on %(system)s") % {"program": program, "system": system}
