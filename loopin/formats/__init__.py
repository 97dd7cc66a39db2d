"""How dates and numbers are written: a module for each language."""

from django.utils.translation import gettext_noop as _

SHORT_MONTHS = [
    *(_("jan"), _("feb"), _("mar"), _("apr"), _("may"), _("jun")),
    *(_("jul"), _("aug"), _("sep"), _("oct"), _("nov"), _("dec")),
]
MONTHS = [_("September"), _("November"), _("December")]
"""Django's own words, said again: its Hindi cuts the short ones off within a letter, and misspells
the long ones. Ours are CLDR's."""
