from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.sessions.staff_state import get_member as staff_member
from leads import access
from leads.access import Action
from leads.desk import links, search_limits
from leads.desk import saved_views as flows
from leads.desk.counts import EXACT_UP_TO, capped_counts, spaced
from leads.desk.filters import LeadFilterForm
from leads.desk.forms import SavedViewForm
from leads.errors import NoRole
from leads.models import SavedView
from loopin.web.http import PageRequest, page
from loopin.web.unsent_forms import may_be_sent_again


@never_cache
@require_safe
def saved_views(request: PageRequest) -> HttpResponse:
    """The saved views: the bar above the list, or a page of their own. Three statements, one of
    which reads who asks."""
    user = staff_member(request)
    if not access.may(user, Action.SEE):
        raise NoRole
    views = list(SavedView.objects.shown_to(user.pk))
    current = links.normalised(_query_on_screen(request))
    forms = [LeadFilterForm(QueryDict(view.query)) for view in views]
    entries = [
        {
            "view": view,
            "count": count,
            "url": links.desk_url(view.query),
            "is_current": bool(current) and view.query == current,
            "may_delete": flows.may_delete(view, user),
        }
        for view, count in zip(views, _counts(forms, user), strict=True)
    ]
    context = {"entries": entries}
    return page(request, "leads/desk/saved_views.html", context, partial="saved_views")


def _counts(forms: list[LeadFilterForm], user: User) -> list[str]:
    """How many leads each view has; "" for a search by number that is counted when it is opened."""
    is_counted = [search_limits.is_counted(form.search, user) for form in forms]
    pairs = zip(forms, is_counted, strict=True)
    shown = [form.indexed_leads(user) for form, hidden in pairs if not hidden]
    counts = iter(capped_counts(shown, user))
    return ["" if hidden else _words(next(counts)) for hidden in is_counted]


def _words(count: int) -> str:
    return spaced(count) if count <= EXACT_UP_TO else f"{spaced(EXACT_UP_TO)}+"


def _query_on_screen(request: PageRequest) -> QueryDict:
    """The query of the desk that the bar is part of."""
    return QueryDict(urlsplit(request.htmx.current_url or "").query)


@may_be_sent_again("name")
@require_POST
def save_view(request: PageRequest) -> HttpResponse:
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the view a name of at most 60 characters."))
        return redirect(links.desk_url(form.cleaned_data.get("query", "")))
    view = flows.save(**form.cleaned_data, owner=staff_member(request))
    messages.success(request, _("Saved as %(name)s.") % {"name": view.name})
    return redirect(links.desk_url(view.query))


@may_be_sent_again()
@require_POST
def delete_view(request: PageRequest, view_id: int) -> HttpResponse:
    flows.delete(view_id, actor=staff_member(request))
    messages.success(request, _("Deleted."))
    return redirect("leads:saved_views")
