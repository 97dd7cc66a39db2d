"""The formats of dates and numbers, a module for each language."""

from django.utils.translation import gettext_noop as _

SHORT_MONTHS = [
    *(_("jan"), _("feb"), _("mar"), _("apr"), _("may"), _("jun")),
    *(_("jul"), _("aug"), _("sep"), _("oct"), _("nov"), _("dec")),
]
MONTHS = [_("September"), _("November"), _("December")]
"""Texts of Django that our catalogue translates again with the names of CLDR, because Django's
Hindi cuts the short names off within a letter and misspells the long ones."""
