"""The desk's view as its address has it: which leads, in which order."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from leads import access
from leads.models.lead_choices import NO_ATTEMPT, Source, Stage, Status, Trouble
from leads.models.lead_queryset import LeadQuerySet
from leads.models.lead_search import SHORTEST
from loopin.days import end_of_today, start_of
from loopin.text.ids import row_id

MINE, FREE = "me", "none"
DUE, OVERDUE = "due", "overdue"
NEWEST, LAST_ACTIVE = "newest", "active"

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

SEPARATORS = str.maketrans("", "", " -.()+\u00a0")


COUNTRIES = {
    "IN": _("India"),
    "AE": _("United Arab Emirates"),
    "AU": _("Australia"),
    "BD": _("Bangladesh"),
    "CA": _("Canada"),
    "DE": _("Germany"),
    "GB": _("United Kingdom"),
    "LK": _("Sri Lanka"),
    "NP": _("Nepal"),
    "SG": _("Singapore"),
    "US": _("United States"),
}
"""What is offered while somebody types; any other code works too."""

MAIN = ("q", "stage", "status", "owner")


class LeadFilterForm(forms.Form):
    """Sent by GET, so that an address is a view. What it does not understand it leaves out."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Number, name or e-mail")}
        ),
    )
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", _("Any")), *Stage.choices]
    )
    drop_off = forms.ChoiceField(
        label=_("Stopped by"),
        required=False,
        choices=[("", _("Any")), *Trouble.choices, (NO_ATTEMPT, _("No code typed"))],
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any")), *Status.choices]
    )
    owner = forms.CharField(label=_("Held by"), required=False, max_length=20, widget=forms.Select)
    country = forms.RegexField(
        "^[A-Za-z]{2}$",
        label=_("Country"),
        required=False,
        widget=forms.TextInput(
            attrs={"list": "countries", "placeholder": "IN", "maxlength": 2, "autocomplete": "off"}
        ),
    )
    source = forms.ChoiceField(
        label=_("Source"), required=False, choices=[("", _("Any")), *Source.choices]
    )
    follow_up = forms.ChoiceField(
        label=_("Follow-up"),
        required=False,
        choices=[("", _("Any")), (DUE, _("Due today")), (OVERDUE, _("Overdue"))],
    )
    created_from = forms.DateField(label=_("Created from"), required=False, widget=DAY)
    created_to = forms.DateField(label=_("Created to"), required=False, widget=DAY)
    active_from = forms.DateField(label=_("Active from"), required=False, widget=DAY)
    active_to = forms.DateField(label=_("Active to"), required=False, widget=DAY)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[(NEWEST, _("Newest first")), (LAST_ACTIVE, _("Last active first"))],
    )

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """Those that are always in sight."""
        return [self[name] for name in MAIN]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in MAIN]

    @property
    def wants_more(self) -> bool:
        """Whether one of the others is in use."""
        return not self.wanted().keys() <= {*MAIN}

    def wanted(self) -> dict[str, Any]:
        """What was asked for and understood, by the names of the fields."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_too_short_to_find(self) -> bool:
        """Whether too little was typed to look for."""
        return 0 < len(needle_of(self.wanted().get("q", ""))) < SHORTEST

    @property
    def needle(self) -> str:
        """What to look for; "" for nothing."""
        needle = needle_of(self.wanted().get("q", ""))
        return needle if len(needle) >= SHORTEST else ""

    @property
    def sort_field(self) -> str:
        wanted = self.wanted().get("sort", NEWEST)
        return "last_activity_at" if wanted == LAST_ACTIVE else "created_at"

    def leads(self, user: User) -> LeadQuerySet:
        """Those of the leads somebody may see that match, in no order."""
        leads = access.visible_to(user)
        for name, value in self.wanted().items():
            if name in EXACT:
                leads = leads.filter(**{EXACT[name]: value})
            elif name in CONDITIONS:
                leads = leads.filter(CONDITIONS[name](value, user))
        return leads.containing(self.needle) if self.needle else leads


EXACT = {"stage": "stage", "status": "status", "source": "source"}


def needle_of(typed: str) -> str:
    """What to look for: the digits of a number, however they are spaced, or the words."""
    bare = typed.translate(SEPARATORS)
    return bare if bare.isdecimal() else typed.strip().replace("\0", "")


def _drop_off(value: str, user: User) -> Q:
    return Q(verified_at=None, trouble="" if value == NO_ATTEMPT else value)


def _owner(value: str, user: User) -> Q:
    holds = Q(lease_ends_at__gt=timezone.now())
    if value == FREE:
        return Q(owner=None) | Q(lease_ends_at__lte=timezone.now())
    if value == MINE:
        return Q(owner=user.pk) & holds
    owner_id = row_id(value)
    return Q() if owner_id is None else Q(owner=owner_id) & holds


def _follow_up(value: str, user: User) -> Q:
    if value == OVERDUE:
        return Q(follow_up_at__lt=timezone.now())
    return Q(follow_up_at__lt=end_of_today())


def _end_of(day: date) -> datetime:
    """The last moment of a day in India; of any day, as there is none after 9999."""
    return make_aware(datetime.combine(day, time.max))


CONDITIONS: dict[str, Callable[[Any, User], Q]] = {
    "drop_off": _drop_off,
    "owner": _owner,
    "country": lambda value, user: Q(country=value.upper()),
    "follow_up": _follow_up,
    "created_from": lambda value, user: Q(created_at__gte=start_of(value)),
    "created_to": lambda value, user: Q(created_at__lte=_end_of(value)),
    "active_from": lambda value, user: Q(last_activity_at__gte=start_of(value)),
    "active_to": lambda value, user: Q(last_activity_at__lte=_end_of(value)),
}
