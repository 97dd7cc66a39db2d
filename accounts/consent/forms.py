from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext

from loopin.web.forms import RefusableForm


class ContactForm(RefusableForm):
    """Asks whether the person may be contacted. A box that is not ticked means no."""

    contact_consent = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A text that the catalogues do not have is shown as the settings have it.
        self.fields["contact_consent"].label = gettext(settings.CONTACT_NOTICE)
