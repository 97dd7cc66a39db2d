"""One lead: a page of its own, and for htmx what the drawer over the list shows."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.staff import member as staff_member
from leads import dossier
from leads.actions import ACTIONS
from leads.dossier import Dossier
from leads.errors import LeadNotFound
from leads.forms.lead import LeadForm
from loopin.errors import LoopinError
from loopin.http import PageRequest


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
    return Dossier(dossier.find(lead_id, user), user, _position(request.GET.get("before", "")))


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
    template = f"leads/_{name}.html" if request.htmx else f"leads/{name}.html"
    response = render(request, template, context, status=status)
    if etag:
        response.headers["ETag"] = etag
    return response


def _problem(sent: LeadForm | None) -> str:
    """What is wrong, in one line: the form itself may not be there to say so."""
    if sent is None:
        return ""
    return " ".join(str(words) for errors in sent.errors.values() for words in errors)


def _position(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else None
