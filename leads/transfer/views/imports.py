"""The pages of an import: upload, preview and result, errors."""

import csv

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.sessions.staff_state import get_member as staff_member
from leads import access
from leads.access import Action
from leads.transfer import importing
from leads.transfer.forms import ImportForm
from loopin.errors import LoopinError
from loopin.web.http import PageRequest, page

ATTACHED = {"Content-Disposition": 'attachment; filename="errors.csv"'}
BYTE_ORDER_MARK = "\ufeff"
SHOWN_ERRORS = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def import_leads(request: PageRequest) -> HttpResponse:
    """Upload a file and go to its preview."""
    user = staff_member(request)
    access.require(user, Action.IMPORT)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*data)
    if form.is_valid():
        try:
            content, name = form.cleaned_data["file"].read(), form.file_name
            batch = importing.preview(
                content, file_name=name, actor=user, region=form.cleaned_data["region"]
            )
            return redirect("leads:imported", batch.pk)
        except LoopinError as error:
            form.refuse(error)
    return page(request, "leads/transfer/import.html", {"form": form}, status=form.status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def imported(request: PageRequest, batch_id: int) -> HttpResponse:
    """What a file would change, or after its confirmation, what it changed."""
    user = staff_member(request)
    if request.method == "POST":
        importing.confirm(batch_id, actor=user)
        return redirect("leads:imported", batch_id)
    batch = importing.batch_of(batch_id, actor=user)
    context = {"batch": batch, "errors": batch.errors[:SHOWN_ERRORS]}
    return page(request, "leads/transfer/imported.html", context)


@never_cache
@require_safe
def import_errors(request: PageRequest, batch_id: int) -> HttpResponse:
    """A CSV file with the row, column and reason of every refused cell."""
    batch = importing.batch_of(batch_id, actor=staff_member(request))
    response = HttpResponse(
        BYTE_ORDER_MARK, content_type="text/csv; charset=utf-8", headers=ATTACHED
    )
    lines = csv.writer(response)
    lines.writerow(["row", "column", "reason"])
    lines.writerows([error["row"], error["column"], error["reason"]] for error in batch.errors)
    return response
