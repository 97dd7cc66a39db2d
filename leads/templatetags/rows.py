"""A row of the desk, and its labels that depend on the time or on who reads it."""

from django import template
from django.utils.safestring import SafeString

from accounts.models import User
from leads.desk import row_cache, time_labels
from leads.desk.changed_since import RowChanges
from leads.desk.listing import Listing
from leads.lead_page import timeline_text
from leads.team import name_of

register = template.Library()

register.filter("owner_label", time_labels.owner_label)
register.filter("first_contact", time_labels.first_contact)
register.filter("follow_up", time_labels.follow_up)
register.filter("in_words", time_labels.in_words)
register.filter("progress", timeline_text.progress)
register.filter("staff_name", name_of)


@register.simple_tag
def rows(listing: Listing, user: User, changes: RowChanges | None) -> SafeString:
    """`{% rows page user row_changes %}`: all rows of a listing."""
    if changes is None and listing.page is not None:
        return row_cache.page_html(listing.page, user)
    return row_cache.join(listing.leads, user, changes.badge_of if changes else None)
