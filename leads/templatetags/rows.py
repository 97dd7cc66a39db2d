"""A row of the desk, and what it says that depends on the time or on who reads it."""

from django import template
from django.utils.safestring import SafeString

from accounts.models import User
from leads import moments, rows, words
from leads.models import Lead
from leads.since import Since

register = template.Library()

register.filter("holder", moments.holder)
register.filter("first_contact", moments.first_contact)
register.filter("follow_up", moments.follow_up)
register.filter("in_words", moments.in_words)
register.filter("progress", words.progress)


@register.simple_tag
def row(lead: Lead, user: User, since: Since | None) -> SafeString:
    """`{% row lead user since %}`."""
    return rows.html(lead, user, mark=since.mark_of(lead) if since else "")
