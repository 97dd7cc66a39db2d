"""The steps and the values of a profile for templates."""

from dataclasses import dataclass
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.profile import drafts
from accounts.profile.fields import FIELDS, ProfileField
from accounts.profile.sections import Section

register = template.Library()

FIELDS_WITH_OWN_PLACE = {"name", "location", "bio", "event_interests"}
"""Public fields that the page shows in their own places."""


@dataclass(frozen=True)
class Fact:
    """A field's value as text, which is empty if there is none."""

    label: StrOrPromise
    text: str
    is_public: bool


def _fact(field: ProfileField, profile: dict[str, Any]) -> Fact:
    value = profile[field.name]
    text = "" if value in (None, "") else field.as_text(value)
    return Fact(field.label, text, field.is_public)


@register.filter
def facts(section: Section, profile: dict[str, Any]) -> list[Fact]:
    """The fields of a section with their values."""
    return [_fact(field, profile) for field in section.fields.values()]


@register.filter
def other_public_facts(profile: dict[str, Any]) -> list[Fact]:
    """The public fields without a place of their own that have a value."""
    public = [
        field for field in FIELDS if field.is_public and field.name not in FIELDS_WITH_OWN_PLACE
    ]
    return [fact for fact in (_fact(field, profile) for field in public) if fact.text]


@register.simple_tag
def steps_at(user: User, page: str) -> dict[str, Any]:
    """`step`, the one that this page (a URL name) is, and all `steps` on the person's way.

    Nothing once the profile is complete.
    """
    if user.has_profile:
        return {}
    steps = drafts.progress_of(user.pk).steps
    return {"step": next(step for step in steps if step.section.page == page), "steps": steps}
