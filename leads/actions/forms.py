"""The forms of the actions on one lead. Their fields have the names of the flows' arguments."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.phone.masking import SHOWN_DIGITS
from leads import rules
from leads.models import Lead
from leads.models.lead_choices import Status
from leads.models.lead_event import CallOutcome
from leads.models.lead_note import MAX_NOTE_LENGTH
from leads.models.lead_status import choices_after
from leads.models.resume_link import Channel
from leads.team import members, name_of
from loopin.errors import LoopinError
from loopin.web.forms import RefusableForm, RuledField

HOUR, TOMORROW, NEVER = "hour", "tomorrow", "never"


class LeadForm(RefusableForm):
    """A form without fields, which subclasses add. `buttons`: name, value and label of each; Enter
    presses the first."""

    buttons: ClassVar[list[tuple[str, str, StrOrPromise]]] = []

    def __init__(self, data: Any = None, *, name: str, lead: Lead | None = None) -> None:
        super().__init__(data, auto_id=f"{name}_%s")
        self.name = name
        self.lead = lead

    def values(self) -> dict[str, Any]:
        """The arguments of the flow."""
        return dict(self.cleaned_data)

    def carry_out(self, run: Callable[..., Any]) -> Any:
        """Run the flow and return its result; None, with the reasons in `errors`, if it or the form
        refuses."""
        if not self.is_valid():
            return None
        try:
            return run(**self.values())
        except LoopinError as error:
            self.refuse(error)
        return None


class NoteField(RuledField):
    def __init__(self, *, rows: int = 2, required: bool = True, **kwargs: Any) -> None:
        rule = rules.required_note if required else rules.note
        widget = forms.Textarea(attrs={"rows": rows, "maxlength": MAX_NOTE_LENGTH})
        super().__init__(rule, required=required, widget=widget, **{"label": _("Note")} | kwargs)


class FollowUpTimeField(forms.DateTimeField):
    """A time in India that is later than now and within a year."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def clean(self, value: Any) -> datetime | None:
        follow_up_at: datetime | None = super().clean(value)
        return None if follow_up_at is None else rules.follow_up_at(follow_up_at)


class ClaimForm(LeadForm):
    buttons = [("", "", _("Claim"))]


class ReleaseForm(LeadForm):
    buttons = [("", "", _("Release"))]


class RevealForm(LeadForm):
    buttons = [("", "", _("Show the number"))]


class UndoForm(LeadForm):
    buttons = [("", "", _("Undo"))]


class AgentField(forms.ModelChoiceField[User]):
    def label_from_instance(self, user: User) -> str:
        return name_of(user)


class AssignForm(LeadForm):
    buttons = [("", "", _("Hand over"))]

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["agent"] = AgentField(
            label=pgettext("person", "To"), queryset=members(), empty_label=gettext("Choose …")
        )


class CallForm(LeadForm):
    outcome = forms.TypedChoiceField(
        label=_("How did it go?"),
        choices=CallOutcome.choices,
        coerce=CallOutcome,
        widget=forms.RadioSelect,
    )
    call_back_at = FollowUpTimeField(
        label=_("Call back at"), error_messages={"required": _("Say when to call back.")}
    )
    note = NoteField(required=False)
    buttons = [("", "", _("Log the call"))]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("outcome") == CallOutcome.CALL_BACK:
            return self.cleaned_data
        self.errors.pop("call_back_at", None)  # the field is hidden then
        return self.cleaned_data | {"call_back_at": None}


class NoteForm(LeadForm):
    text = NoteField(label=_("Note"), rows=3)
    buttons = [("", "", _("Save the note"))]


class CalledInForm(LeadForm):
    text = NoteField(label=_("What did they say?"), rows=3)
    buttons = [("", "", _("Leave the note"))]


class StatusForm(LeadForm):
    """Offers the statuses that may follow; the flow refuses any other with its reason."""

    status = forms.TypedChoiceField(  # type: ignore[assignment]  # fields leave the class
        label=_("Status"), choices=Status.choices, coerce=Status
    )
    note = NoteField(label=_("Why"), required=False)
    buttons = [("", "", _("Change"))]

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if self.lead is not None:
            legal = choices_after(Status(self.lead.status))
            offered = [(one.value, one.label) for one in legal]
            self.fields["status"].widget.choices = offered


class FollowUpForm(LeadForm):
    at = FollowUpTimeField(
        label=_("Try again at"), error_messages={"required": _("Choose a date and time.")}
    )
    quick = forms.ChoiceField(
        choices=[(HOUR, ""), (TOMORROW, ""), (NEVER, "")], required=False, widget=forms.HiddenInput
    )
    buttons = [
        ("", "", _("Set")),
        ("quick", HOUR, _("In 1 hour")),
        ("quick", TOMORROW, _("Tomorrow 10:00")),
        ("quick", NEVER, pgettext_lazy("follow-up", "None")),
    ]

    def clean(self) -> dict[str, Any]:
        quick = self.cleaned_data.pop("quick", "")
        if not quick:
            return self.cleaned_data
        self.errors.pop("at", None)
        return {"at": _quick_time(quick)}


def _quick_time(choice: str) -> datetime | None:
    if choice == HOUR:
        return timezone.now() + timedelta(hours=1)
    if choice == TOMORROW:
        tomorrow = localtime().date() + timedelta(days=1)
        return make_aware(datetime.combine(tomorrow, time(10)))
    return None


class VerifyForm(LeadForm):
    reason = NoteField(
        label=_("Reason"),
        help_text=_("How do you know that the number is theirs? It stays in the timeline."),
    )
    buttons = [("", "", _("Mark as verified"))]


class LinkForm(LeadForm):
    channel = forms.ChoiceField(choices=Channel.choices, widget=forms.HiddenInput)
    buttons = [
        ("channel", Channel.SMS, _("Send by SMS")),
        ("channel", Channel.COPIED, _("Make a link to copy")),
    ]

    def values(self) -> dict[str, Any]:
        return {"by_sms": self.cleaned_data["channel"] == Channel.SMS}


class ForgetForm(LeadForm):
    digits = forms.CharField(
        help_text=_("Account, notes and number are deleted for good. The counts stay."),
        max_length=SHOWN_DIGITS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    buttons = [("", "", _("Delete this person"))]

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        label = gettext("Type the last %(count)s digits of the number")
        self.fields["digits"].label = label % {"count": SHOWN_DIGITS}

    def clean_digits(self) -> str:
        digits: str = self.cleaned_data["digits"]
        number = self.lead.phone_number if self.lead else None
        if number is None or digits != number[-SHOWN_DIGITS:]:
            raise ValidationError(
                gettext("These are not the last digits of this number."), code="differs"
            )
        return digits

    def values(self) -> dict[str, Any]:
        return {}
