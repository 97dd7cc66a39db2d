"""The pages of an export: confirm it, follow it, download the file."""

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.sessions.staff_state import get_member as staff_member
from leads import access
from leads.access import Action
from leads.desk.counts import EXACT_UP_TO
from leads.transfer import exporting, selection
from leads.transfer.forms import ExportForm
from leads.transfer.selection import Selection
from loopin.errors import LoopinError
from loopin.web.http import PageRequest, page

ATTACHED = {"Content-Disposition": 'attachment; filename="leads.csv"'}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: PageRequest) -> HttpResponse:
    """Show what will be exported; once confirmed, request the export and go to its page."""
    user = staff_member(request)
    access.require(user, Action.EXPORT)
    selected = _selection(request)
    form = ExportForm(request.POST if "confirmed" in request.POST else None, user=user)
    if form.is_valid():
        try:
            full = form.has_full_numbers
            requested = exporting.request_export(selected, actor=user, has_full_numbers=full)
            return redirect("leads:exported", requested.pk)
        except LoopinError as error:
            form.refuse(error)
    count = exporting.count(selected, actor=user)
    context = {"form": form, "selection": selected, "count": count, "is_about": count > EXACT_UP_TO}
    return page(request, "leads/transfer/export.html", context, status=form.status)


@never_cache
@require_safe
def exported(request: PageRequest, export_id: int) -> HttpResponse:
    """The progress of an export; the page polls while rows are sent."""
    export = exporting.export_of(export_id, actor=staff_member(request))
    return page(request, "leads/transfer/exported.html", {"export": export})


@never_cache
@require_GET
def export_file(request: PageRequest, export_id: int) -> HttpResponseBase:
    user = staff_member(request)
    export = exporting.start_download(export_id, actor=user)
    content = exporting.content(export, actor=user)
    return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=ATTACHED)


def _selection(request: PageRequest) -> Selection:
    """The checked leads, if the form of the list was sent; otherwise those of the view in the
    URL."""
    ids = request.POST.get("ids", "")
    words = [*request.POST.getlist("lead"), *(ids.split(",") if ids else [])]
    is_view = request.method != "POST" or ("confirmed" in request.POST and not words)
    return selection.from_view(request.GET) if is_view else selection.from_ids(words)
