"""Declares each field of the profile once, for the forms, the API, the steps and the pages.

Pictures are not among them, because they have pages and rows of their own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django import forms
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise
from pydantic import StrictInt, WithJsonSchema

from accounts import rules
from accounts.models import UserProfile
from accounts.models.user import EMAIL_MAX_LENGTH
from accounts.models.user_profile import (
    BIO_MAX_LENGTH,
    LOCATION_MAX_LENGTH,
    NAME_MAX_LENGTH,
    Gender,
)
from accounts.profile.birth_date import BirthDateField
from interests import words
from interests.models import EventInterest
from loopin.rules import choices
from loopin.web.forms import IdsField, RuledField


@dataclass(frozen=True, kw_only=True)
class ProfileField:
    """One field of a profile.

    `section`: the part of the profile it is asked in. `missing`: what a page says while it is
    empty, if that is more than the kind of the field tells. `rule`: returns the clean value or
    raises ValidationError. `is_public`: whether others see it. `example`: a value for the API's
    description. `json_type`: what a body carries before the rule reads it; `answer_type`: what
    GET /profile answers. `form_field`: makes the form's field; `as_text`: what the page shows.
    """

    name: str
    label: StrOrPromise
    section: str
    missing: StrOrPromise = ""
    rule: Callable[[Any], Any]
    example: Any
    is_required: bool = False
    is_public: bool = False
    description: str | None = None
    json_type: Any = str
    answer_type: Any = str | None
    widget: Callable[[], forms.Widget] = forms.TextInput
    form_field: Callable[["ProfileField"], forms.Field]
    as_text: Callable[[Any], str] = str

    @property
    def error_messages(self) -> dict[str, Any]:
        return {"required": self.missing} if self.missing else {}

    @property
    def is_column(self) -> bool:
        """Whether the profile's own row keeps it; others have a table, or belong to the user."""
        return self.name in {column.name for column in UserProfile._meta.concrete_fields}


def _ruled(field: ProfileField) -> forms.Field:
    return RuledField(
        field.rule,
        label=field.label,
        required=field.is_required,
        widget=field.widget(),
        error_messages=field.error_messages,
    )


def _birth_date(field: ProfileField) -> forms.Field:
    help_text = _("Such as 23 4 1998. You must be at least %(age)s.")
    return BirthDateField(
        field.rule,
        label=field.label,
        help_text=help_text % {"age": settings.MINIMUM_AGE},
        error_messages=field.error_messages,
    )


def _interests(field: ProfileField) -> forms.Field:
    most = rules.MAX_INTERESTS
    active = EventInterest.objects.active().values_list("pk", "name")
    choices = [(pk, words.translate(name)) for pk, name in active]
    return IdsField(
        field.rule,
        most=most,
        label=field.label,
        help_text=_("Choose 1 to %(most)s.") % {"most": most},
        widget=forms.CheckboxSelectMultiple(choices=choices),
    )


def _names(interests: Iterable[dict[str, Any]]) -> str:
    return ", ".join(interest["name"] for interest in interests)


def _long_date(born: date) -> str:
    return date_format(born, "j F Y")


FIELDS = (
    ProfileField(
        name="name",
        label=gettext_lazy("Full name"),
        missing=gettext_lazy("Enter your name."),
        section="about",
        rule=rules.name,
        example="Asha Rao",
        is_required=True,
        is_public=True,
        answer_type=str,
        widget=lambda: forms.TextInput({"autocomplete": "name", "maxlength": NAME_MAX_LENGTH}),
        form_field=_ruled,
    ),
    ProfileField(
        name="birth_date",
        label=gettext_lazy("Birth date"),
        missing=gettext_lazy("Enter your birth date."),
        section="about",
        rule=rules.birth_date,
        example="1998-04-23",
        is_required=True,
        json_type=Any,
        answer_type=date | None,
        form_field=_birth_date,
        as_text=_long_date,
    ),
    ProfileField(
        name="gender",
        label=gettext_lazy("Gender"),
        section="about",
        rule=rules.gender,
        example="female",
        is_required=True,
        answer_type=Annotated[str, WithJsonSchema(choices(Gender))] | None,
        widget=lambda: forms.RadioSelect(choices=Gender.choices),
        form_field=_ruled,
        as_text=lambda value: str(Gender(value).label),
    ),
    ProfileField(
        name="event_interests",
        label=gettext_lazy("What do you enjoy?"),
        section="interests",
        rule=rules.event_interests,
        example=[1, 3],
        is_required=True,
        is_public=True,
        description="1–5 ids from /api/auth/event-interests.",
        json_type=list[StrictInt],
        answer_type=None,
        form_field=_interests,
        as_text=_names,
    ),
    ProfileField(
        name="location",
        label=gettext_lazy("City"),
        section="more",
        rule=rules.location,
        example="Pune",
        is_public=True,
        widget=lambda: forms.TextInput(
            {"autocomplete": "address-level2", "maxlength": LOCATION_MAX_LENGTH}
        ),
        form_field=_ruled,
    ),
    ProfileField(
        name="bio",
        label=gettext_lazy("A few words about you"),
        section="more",
        rule=rules.bio,
        example="Runs and sings.",
        is_public=True,
        widget=lambda: forms.Textarea({"rows": 3, "maxlength": BIO_MAX_LENGTH}),
        form_field=_ruled,
    ),
    ProfileField(
        name="email",
        label=gettext_lazy("E-mail"),
        section="more",
        rule=rules.email,
        example="asha@example.com",
        widget=lambda: forms.EmailInput({"autocomplete": "email", "maxlength": EMAIL_MAX_LENGTH}),
        form_field=_ruled,
    ),
)
