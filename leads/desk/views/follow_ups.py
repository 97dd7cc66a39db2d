"""The badge in the navigation that says how many promised calls are due."""

from django.http import HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.sessions.staff_state import get_member as staff_member
from leads import access
from leads.access import Action
from leads.models import Lead
from loopin.times.days import end_of_today
from loopin.web.http import PageRequest


@never_cache
@require_safe
def follow_ups(request: PageRequest) -> HttpResponseBase:
    """The badge, or 304 while it is unchanged: one statement besides reading who asks."""
    user = staff_member(request)
    access.require(user, Action.SEE)
    sees_all = user.has_perm(access.SEES_ALL)
    counts = Lead.objects.follow_ups(user.pk, sees_all=sees_all, until=end_of_today())
    etag = quote_etag(f"{user.pk}-{counts['due']}-{counts['overdue']}-{get_language()}")
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    response = render(request, "leads/desk/follow_ups.html", counts | {"etag": etag})
    response.headers["ETag"] = etag
    return response
