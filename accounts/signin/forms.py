"""The first step of signing up: a number, and whether the person may be contacted."""

from accounts.consent.forms import ContactForm
from accounts.phone.forms import PhoneForm


class SignupForm(PhoneForm, ContactForm):
    """Here a box that is not ticked says nothing: who agreed earlier has not taken it back."""

    def clean_contact_consent(self) -> bool | None:
        return self.cleaned_data["contact_consent"] or None
