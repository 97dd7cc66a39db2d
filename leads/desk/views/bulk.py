from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.sessions.staff_state import get_member as staff_member
from leads.actions import bulk as flows
from leads.desk import links
from leads.desk.forms import ASSIGN, BulkForm
from leads.models.lead_choices import Status
from leads.team import team
from loopin.web.http import PageRequest
from loopin.web.unsent_forms import may_be_sent_again


@may_be_sent_again()
@require_POST
def bulk(request: PageRequest) -> HttpResponse:
    """Change the checked leads, and return to the view they were checked in."""
    form = BulkForm(request.POST, team=team())
    return_url = links.desk_url(form["query"].field.clean(request.POST.get("query", "")))
    if not form.is_valid():
        words = [str(message) for found in form.errors.values() for message in found]
        messages.error(request, " ".join(words))
        return redirect(return_url)
    data, actor = form.cleaned_data, staff_member(request)
    if data["do"] == ASSIGN:
        outcome = flows.assign_all(data["lead"], data["agent"], actor=actor)
    else:
        outcome = flows.change_all(data["lead"], Status(data["status"]), actor=actor)
    tell = messages.warning if outcome.reasons else messages.success
    tell(request, str(outcome))
    return redirect(return_url)
