"""A form for each section of a profile: to sign up with, and to edit."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import rules
from accounts.models.user import EMAIL_MAX_LENGTH
from accounts.models.user_profile import Gender
from accounts.profile.birth_date import BirthDateField
from interests import words
from interests.models import EventInterest
from loopin.web.forms import IdsField, RefusableForm, RuledField


class SectionForm(RefusableForm):
    def recall(self, problems: Mapping[str, str]) -> None:
        """Say of what was told earlier why it is good no more."""
        if not self.is_bound:
            found = {name: problems[name] for name in self.fields if name in problems}
            self.errors.update({name: self.error_class([found[name]]) for name in found})


class AboutForm(SectionForm):
    name = RuledField(
        rules.name,
        label=gettext_lazy("Full name"),
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": rules.NAME_MAX_LENGTH}),
    )
    birth_date = BirthDateField(rules.birth_date, label=gettext_lazy("Birth date"))
    gender = RuledField(
        rules.gender,
        label=gettext_lazy("Gender"),
        widget=forms.RadioSelect(choices=Gender.choices),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_date"].help_text = _(
            "Such as 23 4 1998. You must be at least %(age)s."
        ) % {"age": settings.MINIMUM_AGE}


class InterestsForm(SectionForm):
    event_interests = IdsField(
        rules.event_interests,
        most=rules.MAX_INTERESTS,
        label=gettext_lazy("What do you enjoy?"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["event_interests"]
        field.help_text = _("Choose 1 to %(most)s.") % {"most": rules.MAX_INTERESTS}
        active = EventInterest.objects.active().values_list("pk", "name")
        field.widget.choices = [(pk, words.shown(name)) for pk, name in active]


class MoreForm(SectionForm):
    location = RuledField(
        rules.location,
        label=gettext_lazy("City"),
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "address-level2", "maxlength": rules.LOCATION_MAX_LENGTH}
        ),
    )
    bio = RuledField(
        rules.bio,
        label=gettext_lazy("A few words about you"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": rules.BIO_MAX_LENGTH}),
    )
    email = RuledField(
        rules.email,
        label=gettext_lazy("E-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "maxlength": EMAIL_MAX_LENGTH}),
    )


FORMS: dict[str, type[SectionForm]] = {
    "about": AboutForm,
    "interests": InterestsForm,
    "pictures": SectionForm,
    "more": MoreForm,
}
"""By the names of their sections. Pictures have a page to themselves; this form goes on from it."""
