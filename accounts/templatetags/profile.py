"""A profile's steps and facts, as pages show them."""

from dataclasses import dataclass
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.profile import drafts
from accounts.profile.fields import FIELDS, ProfileField
from accounts.profile.sections import Section

register = template.Library()

PLACED = {"name", "location", "bio", "event_interests"}
"""Public fields that have a place of their own in what others see."""


@dataclass(frozen=True)
class Fact:
    """A field as it is read. `text` is empty while nothing is known."""

    label: StrOrPromise
    text: str
    is_public: bool


def _fact(field: ProfileField, profile: dict[str, Any]) -> Fact:
    value = profile[field.name]
    text = "" if value in (None, "") else field.as_text(value)
    return Fact(field.label, text, field.is_public)


@register.filter
def facts(section: Section, profile: dict[str, Any]) -> list[Fact]:
    """What a profile says in a section."""
    return [_fact(field, profile) for field in section.fields.values()]


@register.filter
def other_public_facts(profile: dict[str, Any]) -> list[Fact]:
    """What others see of a profile beside its name, city, bio, interests and pictures."""
    public = [field for field in FIELDS if field.is_public and field.name not in PLACED]
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
