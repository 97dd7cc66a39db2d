"""One lead: a page of its own, and for htmx what the drawer over the list shows."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.sessions.staff_state import member as staff_member
from leads import access
from leads.actions.forms import LeadForm
from leads.actions.registry import ACTIONS, LeadAction
from leads.errors import LeadNotFound
from leads.lead_page import page
from leads.lead_page.page import Dossier
from loopin.errors import LoopinError
from loopin.text.ids import row_id
from loopin.web import http
from loopin.web.http import PageRequest


@never_cache
@require_safe
def detail(request: PageRequest, lead_id: int) -> HttpResponseBase:
    """An unchanged lead costs two statements: who asks, and the lead."""
    try:
        shown = read(request, lead_id)
    except LeadNotFound as error:
        return gone(request, error)
    if request.headers.get("If-None-Match") == shown.etag():
        return HttpResponseNotModified(headers={"ETag": shown.etag()})
    return show(request, shown)


def read(request: PageRequest, lead_id: int) -> Dossier:
    """The lead as whoever asks may see it. Raises NotPermitted or LeadNotFound."""
    user = staff_member(request)
    return Dossier(page.find(lead_id, user), user, row_id(request.GET.get("before", "")))


def show(
    request: PageRequest,
    shown: Dossier,
    *,
    sent: LeadForm | None = None,
    done: str = "",
    link: str = "",
) -> HttpResponse:
    """The lead, with a form that was refused (`sent`), or with what was done."""
    etag = shown.etag()
    forms = {name: action.form(name=name, lead=shown.lead) for name, action in ACTIONS.items()}
    if sent is not None:
        forms[sent.name] = sent
    context = {
        "dossier": shown,
        "lead": shown.lead,
        "etag": etag,
        "forms": forms,
        "done": done,
        "link": link,
        "problem": _problem(sent),
    }
    return _answer(request, "detail", context, status=sent.status if sent else 200, etag=etag)


def gone(request: PageRequest, error: LoopinError) -> HttpResponse:
    """Somebody else's lead, or none: in words that tell nothing of it."""
    return _answer(request, "gone", {"error": error}, status=error.status)


def left(request: PageRequest, done: str) -> HttpResponse:
    """What was done took the lead out of sight."""
    if request.htmx:
        return _answer(request, "gone", {"done": done}, status=200)
    messages.success(request, done)
    return redirect("leads:list")


def _answer(
    request: PageRequest, name: str, context: dict[str, Any], *, status: int, etag: str = ""
) -> HttpResponse:
    template = f"leads/lead_page/{name}.html"
    response = http.page(request, template, context, status=status, partial=name)
    if etag:
        response.headers["ETag"] = etag
    return response


def _problem(sent: LeadForm | None) -> str:
    """What is wrong, in one line: the form itself may not be there to say so."""
    if sent is None:
        return ""
    return " ".join(str(words) for errors in sent.errors.values() for words in errors)


@never_cache
@require_POST
def act(request: PageRequest, lead_id: int, name: str) -> HttpResponse:
    """Bind the form, run the flow, show the lead as it is then."""
    action, actor = ACTIONS[name], staff_member(request)
    access.require(actor, action.asks)
    try:
        lead = read(request, lead_id).lead if action.reads else None
    except LeadNotFound as error:
        return gone(request, error)
    form = action.form(request.POST, name=name, lead=lead)
    result = form.carry_out(partial(action.run, lead_id, actor=actor))
    if form.errors:
        return _refused(request, lead_id, form)
    return _done(request, lead_id, action, result)


def _refused(request: PageRequest, lead_id: int, form: LeadForm) -> HttpResponse:
    try:
        return show(request, read(request, lead_id), sent=form)
    except LeadNotFound as error:
        return gone(request, getattr(form, "error", error))


def _done(request: PageRequest, lead_id: int, action: LeadAction, result: Any) -> HttpResponse:
    link, done = result if isinstance(result, str) else "", str(action.done)
    try:
        shown = read(request, lead_id)
    except LeadNotFound:  # handed over, or forgotten
        return left(request, done)
    if request.htmx or link:
        return show(request, shown, done=done, link=link)
    messages.success(request, done)
    return redirect("leads:detail", lead_id)
