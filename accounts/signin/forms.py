"""The form of signing up: a phone number, and whether the person may be contacted."""

from accounts.consent.forms import ContactForm
from accounts.phone.forms import PhoneForm


class SignupForm(PhoneForm, ContactForm):
    """A box that is not ticked does not take back a consent that was given earlier."""

    def clean_contact_consent(self) -> bool | None:
        return self.cleaned_data["contact_consent"] or None
