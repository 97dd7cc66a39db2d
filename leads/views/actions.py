"""Doing something with a lead: one view for every action in leads/actions.py."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.staff import member as staff_member
from leads import access
from leads.actions import ACTIONS, LeadAction
from leads.errors import LeadNotFound
from leads.forms.lead import LeadForm
from leads.views.detail import gone, left, read, show
from loopin.http import PageRequest


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
