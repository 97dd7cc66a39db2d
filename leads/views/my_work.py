"""What a member of staff has to do: calls promised, and whether fresh leads come to them."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import quote_etag
from django.utils.timezone import localdate, make_aware
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.staff import member as staff_member
from leads import access
from leads.access import Action
from leads.flows import shifts
from leads.models import Lead
from loopin.http import PageRequest, page


@never_cache
@require_safe
def follow_ups(request: PageRequest) -> HttpResponseBase:
    """The badge in the navigation: one statement besides who asks."""
    user = staff_member(request)
    access.require(user, Action.SEE)
    tomorrow = make_aware(datetime.combine(localdate() + timedelta(days=1), time.min))
    counts = Lead.objects.follow_ups(user.pk, until=tomorrow)
    etag = quote_etag(f"{user.pk}-{counts['due']}-{counts['overdue']}-{get_language()}")
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    response = render(request, "leads/_follow_ups.html", counts | {"etag": etag})
    response.headers["ETag"] = etag
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shift(request: PageRequest) -> HttpResponse:
    """Whether fresh leads come to whoever asks, and the button that changes it."""
    user = staff_member(request)
    if request.method == "POST":
        is_on = request.POST.get("on") == "yes"
        shifts.toggle(user, is_on=is_on)
        messages.success(request, _("You are on shift.") if is_on else _("You are off shift."))
        return redirect("leads:shift")
    context = {"shift": shifts.shift_of(user), "is_automatic": settings.LEAD_AUTO_ASSIGN}
    return page(request, "leads/shift.html", context)
