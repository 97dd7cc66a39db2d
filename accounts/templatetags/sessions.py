"""Names of devices as people read them."""

from django import template

from accounts.sessions import user_agent

register = template.Library()


@register.filter
def device_name(label: str) -> str:
    """What a session keeps of its device, in the reader's language."""
    return user_agent.translate_label(label)
