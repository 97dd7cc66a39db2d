from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext

from loopin.web.forms import RefusableForm


class ContactForm(RefusableForm):
    """Whether the person may be contacted; a box that is not ticked is a no."""

    contact_consent = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Another wording than ours shows as it is written in the settings.
        self.fields["contact_consent"].label = gettext(settings.CONTACT_NOTICE)
