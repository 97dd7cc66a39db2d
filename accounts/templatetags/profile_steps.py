"""The steps of a profile, for pages that are one of them and have an address of their own."""

from typing import Any

from django import template

from accounts.models import User
from accounts.profile import drafts

register = template.Library()


@register.simple_tag
def steps_at(user: User, page: str) -> dict[str, Any]:
    """`step`, the one that this page (a URL name) is, and all `steps` on the person's way.

    Nothing once the profile is complete.
    """
    if user.has_profile:
        return {}
    steps = drafts.progress_of(user.pk).steps
    return {"step": next(step for step in steps if step.section.page == page), "steps": steps}
