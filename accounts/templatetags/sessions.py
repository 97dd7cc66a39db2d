"""The names of devices for templates."""

from django import template

from accounts.sessions import user_agent

register = template.Library()


@register.filter
def device_name(label: str) -> str:
    """The label of a session's device in the reader's language."""
    return user_agent.translate_label(label)
