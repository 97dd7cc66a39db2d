"""What pages of staff say of messages that do not leave."""

from django import template

from accounts.messaging import outages
from accounts.messaging.outages import Outage
from accounts.models import User

register = template.Library()


@register.filter
def message_outages(user: User) -> list[Outage]:
    """`{% for outage in user|message_outages %}`: those that go on; none for who is not staff."""
    return outages.seen_by(user)
