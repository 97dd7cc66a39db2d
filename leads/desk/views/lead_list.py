"""The list of leads. The middleware lets only staff reach it (accounts/middleware.py)."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.codes import message_limits
from accounts.phone import countries
from accounts.sessions.staff_state import get_member as staff_member
from leads import access
from leads.access import Action
from leads.desk import changed_since, links, listing, polling, search, search_limits, snapshots
from leads.desk.active_filters import active_filters
from leads.desk.desk_view import DeskView
from leads.desk.filters import FREE, LAST_ACTIVE, MINE, SUGGESTED_COUNTRIES
from leads.desk.forms import BulkForm, SavedViewForm
from leads.desk.listing import Listing
from leads.desk.snapshots import Snapshot
from leads.errors import NoRole, SearchesUsedUp
from leads.team import members, name_of, names_of
from loopin.web.http import PageRequest, page

REFUSED = '"refused"'


@never_cache
@require_safe
def lead_list(request: PageRequest) -> HttpResponseBase:
    """The leads of a view. An open desk asks again, with what it has seen, the rows it shows, and
    whether they may move; if nothing changed, UnchangedDeskMiddleware has answered before."""
    user = staff_member(request)
    if not access.may(user, Action.SEE):
        return _refuse(request)
    cursor = request.GET.get(links.CURSOR, "")
    view = DeskView(user, links.normalised(request.GET), cursor, get_language() or "")
    if not request.htmx and "" in request.GET.values():
        return redirect(view.url)
    try:
        search_limits.spend(view.form.search, user)
    except SearchesUsedUp as error:
        return _refuse_search(request, view, error)
    return _respond(request, view)


def _refuse(request: PageRequest) -> HttpResponseBase:
    """An open desk reloads the page, so that it stops showing leads."""
    if request.htmx:
        return HttpResponseClientRefresh()
    raise NoRole


def _refuse_search(request: PageRequest, view: DeskView, error: SearchesUsedUp) -> HttpResponse:
    """The list without rows, and why. Its ETag fits no view, so that the next poll asks again."""
    context = _context(request, view, Listing.empty(), snapshots.snapshot().cursor)
    context |= {"etag": REFUSED, "error": error}
    if not request.htmx:
        context |= _around_list(view)
    response = page(request, "leads/desk/list.html", context, status=error.status)
    response.headers["ETag"] = REFUSED
    response.headers["Retry-After"] = str(error.retry_after)
    return response


def _respond(request: PageRequest, view: DeskView) -> HttpResponse:
    rows, snapshot = _read(request, view)
    context = _context(request, view, rows, snapshot.cursor)
    context |= {"etag": polling.state_after(view, rows, snapshot).etag}
    if not request.htmx:
        context |= _around_list(view)
    response = page(request, "leads/desk/list.html", context)
    response.headers["ETag"] = context["etag"]
    del response.headers["HX-Push-Url"]
    if request.htmx.trigger == "filters":
        response.headers["HX-Push-Url"] = view.url
    return response


def _read(request: PageRequest, view: DeskView) -> tuple[Listing, Snapshot]:
    """What a person asks for is read at this moment, and what an open desk asks for by itself may
    have been read for another one."""
    is_frozen = "Desk-Hold" in request.headers
    frozen_ids = _row_ids(request) if is_frozen else []
    seen = polling.ClientState.from_etag(request.headers.get("If-None-Match", ""))
    if request.htmx and seen is not None:
        snapshot = snapshots.shared_snapshot.take(at_least=seen.cursor)
        return listing.read_shared(view, snapshot, frozen_ids=frozen_ids), snapshot
    snapshot = snapshots.snapshot()
    return listing.read(view, frozen_ids=frozen_ids), snapshot


def _row_ids(request: PageRequest) -> list[int]:
    """The leads that an open desk shows."""
    return polling.row_ids_from(request.headers.get("Desk-Rows", ""))


def _context(request: PageRequest, view: DeskView, rows: Listing, cursor: int) -> dict[str, Any]:
    marker = request.GET.get(links.CHANGED_SINCE, "")
    return {
        "form": view.form,
        "desk_view": view,
        "page": rows,
        "is_part_of_number": search_limits.is_part_of_masked(view.form.search, view.user),
        "active_filters": active_filters(view),
        "hidden": search.hidden_lead(view.form.search, view.user),
        "links": _links(view, rows)
        | {"reload": links.with_marker(view.url, changed_since.marker(cursor))},
        "row_changes": changed_since.changes_since(marker, rows.leads, up_to=cursor),
        "budget_spent_percent": message_limits.budget_spent_percent(),
    }


def _links(view: DeskView, rows: Listing) -> dict[str, str]:
    query = QueryDict(view.query)
    older = links.desk_url(view.query, cursor=rows.next_cursor) if rows.next_cursor else ""
    return {
        "newest": links.desk_url(view.query),
        "older": older,
        "by_creation": links.desk_url(links.normalised(query, sort="")),
        "by_activity": links.desk_url(links.normalised(query, sort=LAST_ACTIVE)),
    }


def _around_list(view: DeskView) -> dict[str, Any]:
    """The forms beside the list, which are not sent again when only the list changes."""
    may_assign = access.may(view.user, Action.ASSIGN)
    people = search_limits.with_reports(members()) if may_assign else []
    team = names_of(people)
    owners = [("", _("Anybody")), (MINE, _("Me")), (FREE, _("Nobody")), *team.items()]
    view.form.fields["owner"].widget.choices = owners
    initial = {"query": view.query}
    return {
        "collectors": [name_of(person) for person in people if vars(person)["is_reported"]],
        "bulk": BulkForm(team=team, initial=initial, auto_id="bulk_%s"),
        "save": SavedViewForm(initial=initial, auto_id="save_%s"),
        "may_assign": may_assign,
        "countries": {code: countries.name(code) for code in SUGGESTED_COUNTRIES},
    }
