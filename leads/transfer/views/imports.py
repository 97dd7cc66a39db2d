"""The pages of an import: upload, columns, check and result, and the file of refused rows."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from accounts.sessions.staff_state import get_member as staff_member
from leads import access
from leads.access import Action
from leads.models.import_state import ImportState
from leads.transfer.forms import ColumnsForm, ImportForm
from leads.transfer.importing import flows, refused_file, uploads
from loopin.errors import LoopinError
from loopin.web import body_limits
from loopin.web.http import PageRequest, page

TEMPLATES = {
    **dict.fromkeys((ImportState.READING, ImportState.WRITING), "import_progress.html"),
    ImportState.UNDOING: "import_progress.html",
    ImportState.WAITING: "import_check.html",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_leads(request: PageRequest) -> HttpResponse:
    """Upload a file and go to its columns; below are the last imports."""
    user = staff_member(request)
    access.require(user, Action.IMPORT)
    form = ImportForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        try:
            batch = flows.upload(form.content, file_name=form.file_name, actor=user)
            return redirect("leads:import_columns", batch.pk)
        except LoopinError as error:
            form.refuse(error)
    context = {"form": form, "batches": flows.last_imports(user), "step": 1}
    return page(request, "leads/transfer/import.html", context, status=form.status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: PageRequest, batch_id: int) -> HttpResponse:
    """Say what each column of a file is, and begin to read it."""
    user = staff_member(request)
    batch = flows.batch_of(batch_id, actor=user)
    if batch.state != ImportState.MATCHING:
        return redirect("leads:imported", batch_id)
    form = ColumnsForm(request.POST if request.method == "POST" else None, batch=batch)
    if form.is_valid():
        try:
            flows.choose_columns(batch_id, form.matching, **form.options, actor=user)
            return redirect("leads:imported", batch_id)
        except LoopinError as error:
            form.refuse(error)
    context = {"form": form, "batch": batch, "step": 2}
    return page(request, "leads/transfer/import_columns.html", context, status=form.status)


@never_cache
@require_safe
def imported(request: PageRequest, batch_id: int) -> HttpResponse:
    """How far an import is, what it would change, or what it changed."""
    batch = flows.follow(batch_id, actor=staff_member(request))
    if batch.state == ImportState.MATCHING:
        return redirect("leads:import_columns", batch_id)
    template = TEMPLATES.get(ImportState(batch.state), "imported.html")
    return page(request, f"leads/transfer/{template}", {"batch": batch})


@require_POST
def import_confirm(request: PageRequest, batch_id: int) -> HttpResponse:
    flows.confirm(batch_id, actor=staff_member(request))
    return redirect("leads:imported", batch_id)


@require_POST
def import_cancel(request: PageRequest, batch_id: int) -> HttpResponse:
    flows.cancel(batch_id, actor=staff_member(request))
    return redirect("leads:imported", batch_id)


@require_POST
def import_undo(request: PageRequest, batch_id: int) -> HttpResponse:
    flows.undo(batch_id, actor=staff_member(request))
    return redirect("leads:imported", batch_id)


@never_cache
@require_GET
def refused_rows(request: PageRequest, batch_id: int) -> HttpResponseBase:
    """The refused rows as they stood in the file, each with its reason."""
    batch = flows.batch_of(batch_id, actor=staff_member(request))
    attached = {"Content-Disposition": 'attachment; filename="refused.csv"'}
    content = refused_file.content(batch)
    return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=attached)


def _may_upload(request: HttpRequest) -> bool:
    """Install the handler for large files only for those who may import."""
    user = request.user
    if not (isinstance(user, User) and user.is_staff and access.may(user, Action.IMPORT)):
        return False
    uploads.install_handler(request)
    return True


body_limits.allow_files("leads:import", max_bytes=uploads.max_body_bytes(), is_allowed=_may_upload)
