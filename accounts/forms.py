"""The pages' forms: widgets and labels here, the rules in accounts/rules.py."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import UsernameField
from django.core.exceptions import ValidationError

from accounts import otp, phone, rules
from accounts.models import User
from accounts.models.user_profile import Gender
from interests.models import EventInterest
from loopin.errors import LoopinError


class RuledField(forms.Field):
    """A field whose whole cleaning is one of the house's rules."""

    def __init__(self, rule: Callable[[Any], Any], **kwargs: Any) -> None:
        self.rule = rule
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        value = self.to_python(value)
        if value in self.empty_values:
            if self.required:
                raise ValidationError("This field is required.", code="required")
            return ""
        return self.rule(value)


class LinesField(RuledField):
    """Several values, one in a line."""

    widget = forms.Textarea

    def to_python(self, value: str | None) -> list[str]:
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class IdsField(RuledField):
    def to_python(self, value: list[str] | None) -> list[int]:
        try:
            return [int(item) for item in value or []]
        except ValueError:
            raise ValidationError("Choose from the list.", code="invalid_choice") from None


class RefusableForm(forms.Form):
    def refuse(self, error: LoopinError) -> None:
        """Show what the flow refused where the reader can do something about it."""
        self.error = error
        self.add_error(error.field if error.field in self.fields else None, error.message)

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        if not self.is_bound or self.is_valid():
            return 200
        return self.error.status if hasattr(self, "error") else 422


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


class ContactForm(RefusableForm):
    """Whether the person may be contacted; a box that is not ticked is a no."""

    contact_consent = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_consent"].label = settings.CONTACT_NOTICE


class SignupForm(PhoneForm, ContactForm):
    """Here a box that is not ticked says nothing: who agreed earlier has not taken it back."""

    def clean_contact_consent(self) -> bool | None:
        return self.cleaned_data["contact_consent"] or None


class CodeInput(forms.PasswordInput):
    """Readable, but empty again after a wrong code: a full field takes no more digits."""

    input_type = "text"


class CodeForm(RefusableForm):
    otp_code = RuledField(
        rules.otp_code,
        label="Code",
        widget=CodeInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "autofocus": True,
            }
        ),
    )

    def __init__(self, *args: Any, otp_length: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["otp_code"].widget.attrs["maxlength"] = otp_length


class StaffSignInForm(RefusableForm):
    username = UsernameField(
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = forms.CharField(
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SecondFactorForm(RefusableForm):
    second_factor = forms.CharField(
        label="Code",
        max_length=40,
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


class ChangePhoneForm(CodeForm):
    old_otp_code = RuledField(
        rules.otp_code,
        label="Code of your old number",
        widget=CodeInput(attrs={"inputmode": "numeric", "maxlength": otp.LONG_LENGTH}),
    )

    def __init__(self, *args: Any, needs_old_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_old_code:
            del self.fields["old_otp_code"]

    def clean(self) -> dict[str, Any]:
        return {"old_otp_code": None} | self.cleaned_data


class ProfileForm(RefusableForm):
    name = RuledField(
        rules.name,
        label="Full name",
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": rules.NAME_MAX_LENGTH}),
    )
    birth_date = RuledField(
        rules.birth_date,
        label="Birth date",
        help_text=f"You must be at least {settings.MINIMUM_AGE}.",
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}, format="%Y-%m-%d"),
    )
    gender = RuledField(
        rules.gender, label="Gender", widget=forms.RadioSelect(choices=Gender.choices)
    )
    event_interests = IdsField(
        rules.event_interests,
        label="What do you enjoy?",
        help_text=f"Choose 1 to {rules.MAX_INTERESTS}.",
        widget=forms.CheckboxSelectMultiple,
    )
    profile_pictures = LinesField(
        rules.profile_pictures,
        label="Pictures",
        help_text=f"Links to 1 to {rules.MAX_PICTURES} pictures of you, one in a line.",
        widget=forms.Textarea(attrs={"rows": 3, "inputmode": "url", "spellcheck": "false"}),
    )
    email = RuledField(
        rules.email,
        label="E-mail",
        required=False,
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "maxlength": rules.EMAIL_MAX_LENGTH}
        ),
    )
    location = RuledField(
        rules.location,
        label="City",
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "address-level2", "maxlength": rules.LOCATION_MAX_LENGTH}
        ),
    )
    bio = RuledField(
        rules.bio,
        label="About you",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": rules.BIO_MAX_LENGTH}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = EventInterest.objects.active().values_list("pk", "name")
        self.fields["event_interests"].widget.choices = list(active)

    @classmethod
    def of(cls, user: User, data: Any = None) -> "ProfileForm":
        """The form filled with what the person told before."""
        if not user.has_profile:
            return cls(data, initial={"email": user.email})
        profile = user.profile
        told = {name: getattr(profile, name) for name in cls.base_fields if hasattr(profile, name)}
        interests = [str(pk) for pk in profile.event_interests.values_list("pk", flat=True)]
        return cls(data, initial=told | {"email": user.email, "event_interests": interests})
