"""The step that asks for a number."""

from django import forms

from accounts import phone, rules
from accounts.forms.contact import ContactForm
from accounts.forms.fields import RefusableForm, RuledField


class PhoneForm(RefusableForm):
    phone_number = RuledField(
        rules.phone_number,
        label="Mobile number",
        help_text="With the country code, such as +91 for India.",
        widget=forms.TextInput(
            attrs={
                "type": "tel",
                "autocomplete": "tel",
                "autofocus": True,
                "maxlength": phone.MAX_TYPED_CHARACTERS,
                "placeholder": "+91 62058 29376",
                "data-prefix": "+91 ",
            }
        ),
    )


class SignupForm(PhoneForm, ContactForm):
    """Here a box that is not ticked says nothing: who agreed earlier has not taken it back."""

    def clean_contact_consent(self) -> bool | None:
        return self.cleaned_data["contact_consent"] or None
