"""The forms of exports and imports."""

from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads import access
from leads.access import Action
from loopin.web.forms import RefusableForm

MASKED, FULL = "masked", "full"

MAX_FILE_NAME = 100


class ExportForm(RefusableForm):
    numbers = forms.ChoiceField(
        label=_("Phone numbers"),
        choices=[(MASKED, _("Masked")), (FULL, _("Full, with e-mail addresses"))],
        initial=MASKED,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not access.may(user, Action.EXPORT_FULL_NUMBERS):
            del self.fields["numbers"]

    @property
    def has_full_numbers(self) -> bool:
        return bool(self.cleaned_data.get("numbers") == FULL)


class ImportForm(RefusableForm):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("At most 1 MiB and 10 000 rows."),
        allow_empty_file=True,  # the flow has a better message
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = dict.fromkeys([settings.DEFAULT_COUNTRY, *sorted(settings.SMS_ALLOWED_COUNTRIES)])
        codes = [(r, phonenumbers.country_code_for_region(r)) for r in regions]
        words = gettext("get +%(code)s (%(region)s)")
        choices = [(r, words % {"code": code, "region": r}) for r, code in codes if code]
        self.fields["region"] = forms.ChoiceField(
            label=gettext("Numbers without a country code"),
            initial=settings.DEFAULT_COUNTRY,
            choices=choices,
        )

    @property
    def file_name(self) -> str:
        name = "".join(c for c in self.cleaned_data["file"].name if c.isprintable())
        return name[:MAX_FILE_NAME]
