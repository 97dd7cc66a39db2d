from typing import Any

from django import forms
from django.conf import settings

from accounts import rules
from accounts.forms.fields import IdsField, LinesField, RefusableForm, RuledField
from accounts.models import User
from accounts.models.user import EMAIL_MAX_LENGTH
from accounts.models.user_profile import Gender
from interests.models import EventInterest


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
        widget=forms.EmailInput(attrs={"autocomplete": "email", "maxlength": EMAIL_MAX_LENGTH}),
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
