"""The staff's door to leads for programs: the desk's flows, by token or by browser session."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_noop
from ninja import Router

from accounts.staff.api_auth import STAFF, StaffRequest
from leads import access, errors
from leads.access import Action
from leads.actions import called_in as calls_in
from leads.actions import claim as claiming
from leads.actions import contact, status
from leads.api import schemas, serializers
from leads.api.parameters import FILTERS, filters_of
from leads.desk import search_limits
from leads.desk.paging import page_of
from leads.desk.search import hidden_lead
from leads.lead_page import reading
from leads.models import Lead
from loopin.errors import NotFound
from loopin.web.http import success
from loopin.web.openapi import documented
from loopin.web.query import BEFORE, before_of
from loopin.web.schemas import Envelope

router = Router(tags=["Leads (staff)"])

LEADS_FOUND = gettext_noop("Leads retrieved successfully")
LEAD_FOUND = gettext_noop("Lead retrieved successfully")
DONE = gettext_noop("Done")


@router.get(
    "/",
    **documented(
        "List leads",
        errors.NotPermitted,
        search_limits.spend,
        filters_of,
        auth=STAFF,
        answer=Envelope[schemas.LeadPageOut],
        message=LEADS_FOUND,
        parameters=FILTERS,
    ),
)
def list_leads(request: StaffRequest) -> HttpResponse:
    """Those you may see, a page at a time; the filters are those of the desk. What a filter does
    not understand, and a parameter that there is not, is refused."""
    access.require(request.auth, Action.SEE)
    form = filters_of(request.GET)
    search_limits.spend(form.search, request.auth)
    found = page_of(
        form.indexed_leads(request.auth),
        request.GET.get("after", ""),
        field=form.sort_field,
        size=schemas.PAGE_SIZE,
    )
    leads = [serializers.lead_for(request.auth, lead) for lead in found.leads]
    held_by = serializers.holder_of(hidden_lead(form.search, request.auth))
    return success(LEADS_FOUND, {"leads": leads, "next": found.next_cursor, "held_by": held_by})


@router.get(
    "/{int:lead_id}",
    **documented(
        "A lead with its timeline",
        reading.timeline_of,
        before_of,
        NotFound,
        auth=STAFF,
        answer=Envelope[schemas.LeadDetailOut],
        message=LEAD_FOUND,
        parameters=BEFORE,
    ),
)
def lead_detail(request: StaffRequest, lead_id: int) -> HttpResponse:
    """Everything that happened, the latest first, a page of events at a time."""
    found = reading.timeline_of(
        lead_id, reader=request.auth, before=before_of(request.GET), size=schemas.PAGE_SIZE
    )
    timeline = [
        serializers.event(line, lead=found.lead, user=request.auth)
        for line in found.events
        if line.kind not in schemas.LATER_KINDS
    ]
    lead = serializers.lead_for(request.auth, found.lead)
    return success(LEAD_FOUND, lead | {"timeline": timeline, "next": found.next})


def action(path: str, summary: str, flow: Any, *, body: Any = None) -> Callable[..., Any]:
    """An operation on a lead that answers with the lead as it is then."""
    documentation = documented(
        summary,
        flow,
        NotFound,
        auth=STAFF,
        answer=Envelope[schemas.LeadOut],
        message=DONE,
        body=body,
    )
    return router.post(f"/{{int:lead_id}}/{path}", **documentation)


def _done(request: StaffRequest, lead: Lead) -> HttpResponse:
    return success(DONE, serializers.lead_for(request.auth, lead))


@action("claim", "Claim a lead", claiming.claim)
def claim(request: StaffRequest, lead_id: int) -> HttpResponse:
    """Yours for 30 minutes, which each action renews. Of simultaneous callers one gets it; the
    others are told who."""
    return _done(request, claiming.claim(lead_id, actor=request.auth))


@action("release", "Let go of a lead", claiming.release)
def release(request: StaffRequest, lead_id: int) -> HttpResponse:
    """Others may claim it then."""
    return _done(request, claiming.release(lead_id, actor=request.auth))


@action("reveal", "See the full number", contact.reveal)
def reveal(request: StaffRequest, lead_id: int) -> HttpResponse:
    """Of a lead you hold, until you let go of it. Written down, and counted: so many a day."""
    return _done(request, contact.reveal(lead_id, actor=request.auth))


@action("note", "Write a note", contact.write_note, body=schemas.NoteIn)
def note(request: StaffRequest, lead_id: int, body: schemas.NoteIn) -> HttpResponse:
    """Something that others should know."""
    return _done(request, contact.write_note(lead_id, body.text, actor=request.auth))


@action("call", "Write down a call", contact.log_call, body=schemas.CallIn)
def call(request: StaffRequest, lead_id: int, body: schemas.CallIn) -> HttpResponse:
    """How it went, and when to try again."""
    lead = contact.log_call(
        lead_id,
        body.outcome,
        actor=request.auth,
        note=body.note,
        call_back_at=body.call_back_at,
    )
    return _done(request, lead)


@action("status", "Set the status", status.change_status, body=schemas.StatusIn)
def set_status(request: StaffRequest, lead_id: int, body: schemas.StatusIn) -> HttpResponse:
    """Moves that make no sense are refused with a reason."""
    lead = status.change_status(lead_id, body.status, actor=request.auth, note=body.note)
    return _done(request, lead)


@action("follow-up", "Set a follow-up", contact.set_follow_up, body=schemas.FollowUpIn)
def follow_up(request: StaffRequest, lead_id: int, body: schemas.FollowUpIn) -> HttpResponse:
    """When to try again. The lead stays yours until then."""
    return _done(request, contact.set_follow_up(lead_id, body.at, actor=request.auth))


@router.post(
    "/{int:lead_id}/called-in",
    **documented(
        "Note that a person called whose lead a colleague holds",
        calls_in.leave_note,
        NotFound,
        auth=STAFF,
        answer=Envelope[None],
        message=DONE,
        body=schemas.NoteIn,
    ),
)
def called_in(request: StaffRequest, lead_id: int, body: schemas.NoteIn) -> HttpResponse:
    """A note for whoever holds the lead; `held_by` of a search says who, and its `lead_id`."""
    calls_in.leave_note(lead_id, body.text, actor=request.auth)
    return success(DONE)
