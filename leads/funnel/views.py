"""The page on which a member of staff begins and ends a shift."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.sessions.staff_state import get_member as staff_member
from leads.funnel import shifts
from loopin.web.http import PageRequest, page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shift(request: PageRequest) -> HttpResponse:
    """Whether the person is on shift, and the button that changes it."""
    user = staff_member(request)
    if request.method == "POST":
        is_on = request.POST.get("on") == "yes"
        shifts.toggle(user, is_on=is_on)
        messages.success(request, _("You are on shift.") if is_on else _("You are off shift."))
        return redirect("leads:shift")
    context = {"shift": shifts.shift_of(user), "is_automatic": settings.LEAD_AUTO_ASSIGN}
    return page(request, "leads/funnel/shift.html", context)
