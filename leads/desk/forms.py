"""The forms of the desk besides its filters: saved views, and changes of many leads at once."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads.actions.bulk import MAX_LEADS
from leads.desk import links
from leads.desk.selects import LongSelect
from leads.models import SavedView
from leads.models.lead_choices import Status
from leads.models.saved_view import MAX_QUERY_LENGTH
from loopin.text.ids import row_ids
from loopin.web.forms import PlainForm

STATUSES = [(status.value, status.label) for status in Status if status != Status.CONVERTED]
ASSIGN, STATUS = "assign", "status"


class QueryField(forms.CharField):
    """A query string of the desk, which may come from anybody; its clean value is normalised."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> str:
        return links.normalised(QueryDict(super().clean(value)[:MAX_QUERY_LENGTH]))


class SavedViewForm(PlainForm, forms.ModelForm[SavedView]):
    query = QueryField()

    class Meta:
        model = SavedView
        fields = ["name", "query", "is_shared"]
        labels = {"name": _("Name of this view"), "is_shared": _("For everybody")}


class LeadIdsField(forms.Field):
    """The ids of the checked rows: at least one, at most 100."""

    widget = forms.SelectMultiple
    default_error_messages = {
        "required": _("Check the leads first."),
        "max_length": _("Check at most %(count)s leads."),
        "invalid": _("Something is wrong with the list of leads. Reload and try again."),
    }

    def to_python(self, value: Any) -> list[int]:
        if len(value or []) > MAX_LEADS:
            raise forms.ValidationError(
                self.error_messages["max_length"], code="max_length", params={"count": MAX_LEADS}
            )
        lead_ids = row_ids(value or [])
        if lead_ids is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return lead_ids


class BulkForm(PlainForm, forms.Form):
    """`do`: the button that was pressed."""

    lead = LeadIdsField()
    do = forms.ChoiceField(choices=[(ASSIGN, _("Assign")), (STATUS, _("Set status"))])
    status = forms.ChoiceField(choices=[("", _("Status …")), *STATUSES], required=False)
    agent = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, widget=LongSelect)
    query = QueryField()

    def __init__(self, *args: Any, team: dict[int, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agent"].choices = [("", gettext("Assign to …")), *team.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("do") == ASSIGN and not self.errors and cleaned.get("agent") is None:
            raise forms.ValidationError(
                gettext("Choose whom to assign the leads to."), code="required"
            )
        if cleaned.get("do") == STATUS and not self.errors and not cleaned.get("status"):
            raise forms.ValidationError(gettext("Choose the status to set."), code="required")
        return cleaned
