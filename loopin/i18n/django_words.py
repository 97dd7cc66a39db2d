"""Texts of Django that its Hindi catalogue lacks, or translates badly.

Nothing imports this. The words are marked here so that `make messages` finds them and keeps them in
our catalogue, which comes before Django's (`LOCALE_PATHS`).
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

OF_FORMS = (
    _("Enter a valid date."),
    _("Enter a valid date/time."),
    _("Enter a valid value."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("No file was submitted. Check the encoding type on the form."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
)

OF_PASSWORD_VALIDATORS = (
    _("This password is too common."),
    _("This password is entirely numeric."),
    _("The password is too similar to the %(verbose_name)s."),
    _("email address"),
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
