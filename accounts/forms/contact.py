from typing import Any

from django import forms
from django.conf import settings

from accounts.forms.fields import RefusableForm


class ContactForm(RefusableForm):
    """Whether the person may be contacted; a box that is not ticked is a no."""

    contact_consent = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_consent"].label = settings.CONTACT_NOTICE
