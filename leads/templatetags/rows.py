"""A row of the desk, and its labels that depend on the time or on who reads it."""

from django import template
from django.utils.safestring import SafeString

from accounts.models import User
from leads.desk import row_cache, time_labels
from leads.desk.changed_since import RowChanges
from leads.lead_page import timeline_text
from leads.models import Lead
from leads.team import name_of

register = template.Library()

register.filter("owner_label", time_labels.owner_label)
register.filter("first_contact", time_labels.first_contact)
register.filter("follow_up", time_labels.follow_up)
register.filter("in_words", time_labels.in_words)
register.filter("progress", timeline_text.progress)
register.filter("staff_name", name_of)


@register.simple_tag
def row(lead: Lead, user: User, changes: RowChanges | None) -> SafeString:
    """`{% row lead user row_changes %}`."""
    return row_cache.html(lead, user, badge=changes.badge_of(lead) if changes else "")
