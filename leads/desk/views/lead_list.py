"""The sales desk. Who is staff is decided before (accounts/middleware.py)."""

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
from accounts.sessions.staff_state import member as staff_member
from leads import access
from leads.access import Action
from leads.desk import changed_since, links, listing, polling
from leads.desk.filter_chips import chips
from leads.desk.filters import COUNTRIES, FREE, LAST_ACTIVE, MINE
from leads.desk.forms import BulkForm, SavedViewForm
from leads.desk.listing import Asked, Listing
from leads.errors import NoRole
from leads.team import team
from loopin.web.http import PageRequest, page


@never_cache
@require_safe
def lead_list(request: PageRequest) -> HttpResponseBase:
    """The leads of a view. An open desk asks again with what it knows, shows and cannot move; where
    nothing changed, UnchangedDeskMiddleware has answered."""
    user = staff_member(request)
    if not access.may(user, Action.SEE):
        return _refuse(request)
    cursor = request.GET.get(links.CURSOR, "")
    asked = Asked(user, links.normalised(request.GET), cursor, get_language() or "")
    if not request.htmx and "" in request.GET.values():
        return redirect(asked.address)
    return _shown(request, asked)


def _refuse(request: PageRequest) -> HttpResponseBase:
    """A desk left open reloads, so that it shows nothing any more."""
    if request.htmx:
        return HttpResponseClientRefresh()
    raise NoRole


def _shown(request: PageRequest, asked: Asked) -> HttpResponse:
    taken = polling.snapshot()
    shown = listing.read(asked, held=_rows(request) if "Desk-Hold" in request.headers else [])
    context = _context(request, asked, shown, taken.cursor)
    context |= {"etag": polling.known_from(asked, shown, taken).etag}
    if not request.htmx:
        context |= _around(asked)
    response = page(request, "leads/desk/list.html", context)
    response.headers["ETag"] = context["etag"]
    del response.headers["HX-Push-Url"]
    if request.htmx.trigger == "filters":
        response.headers["HX-Push-Url"] = asked.address
    return response


def _rows(request: PageRequest) -> list[int]:
    """The leads that an open desk shows."""
    return polling.rows_from(request.headers.get("Desk-Rows", ""))


def _context(request: PageRequest, asked: Asked, shown: Listing, cursor: str) -> dict[str, Any]:
    mark = request.GET.get(links.SINCE, "")
    return {
        "form": asked.form,
        "asked": asked,
        "page": shown,
        "chips": chips(asked),
        "links": _links(asked, shown)
        | {"reload": links.since(asked.address, changed_since.mark(cursor))},
        "since": changed_since.changes(mark, shown.leads),
        "budget_spent_percent": message_limits.budget_spent_percent(),
    }


def _links(asked: Asked, shown: Listing) -> dict[str, str]:
    query = QueryDict(asked.query)
    older = links.desk(asked.query, cursor=shown.next_cursor) if shown.next_cursor else ""
    return {
        "newest": links.desk(asked.query),
        "older": older,
        "by_creation": links.desk(links.normalised(query, sort="")),
        "by_activity": links.desk(links.normalised(query, sort=LAST_ACTIVE)),
    }


def _around(asked: Asked) -> dict[str, Any]:
    """What stands around the list, and stays when it changes."""
    may_assign = access.may(asked.user, Action.ASSIGN)
    people = team() if may_assign else {}
    owners = [("", _("Anybody")), (MINE, _("Me")), (FREE, _("Nobody")), *people.items()]
    asked.form.fields["owner"].widget.choices = owners
    initial = {"query": asked.query}
    return {
        "bulk": BulkForm(team=people, initial=initial, auto_id="bulk_%s"),
        "save": SavedViewForm(initial=initial, auto_id="save_%s"),
        "may_assign": may_assign,
        "countries": COUNTRIES,
    }
