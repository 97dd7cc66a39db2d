"""The page of the insights, and the same figures as a file."""

from django.http import HttpResponse
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.sessions.staff_state import get_member as staff_member
from leads import access
from leads.access import Action
from leads.insights.csv_file import csv_of
from leads.insights.figures import figures_of
from leads.insights.period import PRESETS, PeriodForm
from loopin.web.http import PageRequest, page


@never_cache
@require_safe
def insights(request: PageRequest) -> HttpResponse:
    """The figures of a period, as a page or as a CSV file."""
    access.require(staff_member(request), Action.SEE_INSIGHTS)
    form = PeriodForm(request.GET)
    period = form.period()
    if request.GET.get("format") == "csv":
        name = f"loopin-insights-{period.first}-{period.last}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        with override(None):  # the file is the same in every language
            content = csv_of(figures_of(period))
        return HttpResponse(content, content_type="text/csv", headers=headers)
    context = {"form": form, "period": period, "presets": PRESETS}
    return page(request, "leads/insights/insights.html", context | {"figures": figures_of(period)})
