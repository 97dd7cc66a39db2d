"""What the templates of the desk show or offer, depending on the lead and on who looks at it."""

from collections.abc import Mapping
from typing import Any

from django import template

from accounts.models import User
from leads import access, masking
from leads.access import Action
from leads.models import Lead

register = template.Library()


@register.filter
def number_for(lead: Lead, user: User) -> str:
    """`{{ lead|number_for:user }}`: masked unless this person owns the lead and has revealed it."""
    return masking.spelled_for(lead, user)


@register.filter
def get(found: Mapping[str, Any], name: str) -> Any:
    """`{{ forms|get:"follow-up" }}`: for keys that are no names in a template."""
    return found[name]


@register.simple_tag(takes_context=True)
def may(context: template.Context, action: str, lead: Lead | None = None) -> bool:
    """`{% may "claim" lead as may_claim %}`."""
    return access.may(context["user"], Action(action), lead)
