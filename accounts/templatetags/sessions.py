"""The names of devices for templates."""

from django import template

from accounts.models import Session
from accounts.sessions import user_agent

register = template.Library()


@register.filter
def device_name(session: Session) -> str:
    """What a session's device is called, in the reader's language where the words are ours."""
    return user_agent.shown_name(session)
