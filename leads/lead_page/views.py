"""The page of one lead, which htmx also shows in the drawer over the list, and its actions."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.sessions.staff_state import get_member as staff_member
from leads import access
from leads.actions import called_in
from leads.actions.forms import CalledInForm, LeadForm
from leads.actions.registry import ACTIONS, LeadAction
from leads.errors import LeadNotFound
from leads.lead_page import page
from leads.lead_page.page import LeadPage
from leads.models import Lead
from leads.resume import staff_browser
from leads.team import name_of
from loopin.errors import LoopinError
from loopin.text.ids import row_id
from loopin.web import http
from loopin.web.http import PageRequest

CALLED_IN = "called-in"


@never_cache
@require_safe
def detail(request: PageRequest, lead_id: int) -> HttpResponseBase:
    """An unchanged lead costs two statements: who asks, and the lead."""
    try:
        lead_page = load(request, lead_id)
    except LeadNotFound as error:
        return show_not_found(request, lead_id, error)
    if request.headers.get("If-None-Match") == lead_page.etag():
        return HttpResponseNotModified(headers={"ETag": lead_page.etag()})
    return show(request, lead_page)


def load(request: PageRequest, lead_id: int) -> LeadPage:
    """The lead for the person who asks. Raises NotPermitted or LeadNotFound."""
    user = staff_member(request)
    return LeadPage(page.find(lead_id, user), user, row_id(request.GET.get("before", "")))


def show(
    request: PageRequest,
    lead_page: LeadPage,
    *,
    refused: LeadForm | None = None,
    done: str = "",
    link: str = "",
) -> HttpResponse:
    """The lead, with the form that was refused, or with a message that says what was done.

    `link`: the URL of a resume link that was made for copying.
    """
    etag = lead_page.etag()
    forms = {name: action.form(name=name, lead=lead_page.lead) for name, action in ACTIONS.items()}
    if refused is not None:
        forms[refused.name] = refused
    context = {
        "lead_page": lead_page,
        "lead": lead_page.lead,
        "etag": etag,
        "forms": forms,
        "done": done,
        "link": link,
        "problem": _problem(refused),
    }
    return _answer(request, "detail", context, status=refused.status if refused else 200, etag=etag)


def show_not_found(
    request: PageRequest, lead_id: int, error: LoopinError, *, refused: LeadForm | None = None
) -> HttpResponse:
    """The answer for a lead that does not exist, or that a colleague holds: it says who, and takes
    a note for them."""
    hidden = called_in.hidden_lead(Lead.objects.filter(pk=lead_id), staff_member(request))
    context = {
        "error": error,
        "lead": hidden,
        "owner_name": name_of(hidden.owner) if hidden else "",
        "is_told": isinstance(error, LeadNotFound),
        "form": refused or CalledInForm(name=CALLED_IN),
        "problem": _problem(refused),
    }
    status = refused.status if refused else error.status
    return _answer(request, "gone", context, status=status)


def show_moved_away(request: PageRequest, done: str) -> HttpResponse:
    """The answer to an action after which its actor may not see the lead any more."""
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


def _problem(refused: LeadForm | None) -> str:
    """All errors of a form in one line, because the page may not contain the form any more."""
    if refused is None:
        return ""
    return " ".join(str(words) for errors in refused.errors.values() for words in errors)


@never_cache
@require_POST
def act(request: PageRequest, lead_id: int, name: str) -> HttpResponse:
    """Bind the form, run the flow, and show the lead as it is afterwards."""
    action, actor = ACTIONS[name], staff_member(request)
    access.require(actor, action.permission)
    try:
        lead = load(request, lead_id).lead if action.needs_lead else None
    except LeadNotFound as error:
        return show_not_found(request, lead_id, error)
    form = action.form(request.POST, name=name, lead=lead)
    result = form.carry_out(partial(action.run, lead_id, actor=actor))
    if form.errors:
        return _refused(request, lead_id, form)
    return _done(request, lead_id, action, result)


def _refused(request: PageRequest, lead_id: int, form: LeadForm) -> HttpResponse:
    try:
        return show(request, load(request, lead_id), refused=form)
    except LeadNotFound as error:
        why = getattr(form, "error", error)
        return show_not_found(
            request, lead_id, why, refused=form if form.name == CALLED_IN else None
        )


def _done(request: PageRequest, lead_id: int, action: LeadAction, result: Any) -> HttpResponse:
    link, done = result if isinstance(result, str) else "", str(action.success_message)
    try:
        lead_page = load(request, lead_id)
    except LeadNotFound:  # somebody else owns it now, or the person was deleted
        return show_moved_away(request, done)
    if request.htmx or link:
        response = show(request, lead_page, done=done, link=link)
        if link:
            staff_browser.mark(response, lead_page.user.pk)
        return response
    messages.success(request, done)
    return redirect("leads:detail", lead_id)
