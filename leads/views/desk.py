"""The sales desk. Who may see it is decided before (accounts/middleware.py)."""

import hashlib

from django.http import HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import limits
from accounts.staff import member as staff_member
from leads.changes import cursor_of_desk
from leads.filters import LeadFilterForm
from leads.paging import page_of
from loopin.http import PageRequest, page

PAGE_SIZE = 50


@never_cache
@require_safe
def lead_list(request: PageRequest) -> HttpResponseBase:
    """Newest first. An unchanged desk costs two statements: who asks, and the cursor."""
    etag = _etag(request)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    form = LeadFilterForm(request.GET)
    cursor = request.GET.get("after", "")
    shown = page_of(
        form.leads(staff_member(request)), cursor, field=form.sort_field, size=PAGE_SIZE
    )
    context = {
        "form": form,
        "page": shown,
        "etag": etag,
        "budget_spent_percent": limits.budget_spent_percent(),
    }
    response = page(request, "leads/list.html", context)
    response.headers["ETag"] = etag
    return response


def _etag(request: PageRequest) -> str:
    """Taken before the leads are read, so it can be too old but never too new."""
    view = f"{cursor_of_desk()} {request.user.pk} {request.get_full_path()}"
    return quote_etag(hashlib.sha256(view.encode()).hexdigest()[:32])
