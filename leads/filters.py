"""The desk's view as its address has it: which leads, in which order."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import localdate, make_aware

from accounts.models import User
from leads import access
from leads.models.lead import NO_ATTEMPT, Source, Stage, Status, Trouble
from leads.models.lead_queryset import LeadQuerySet
from leads.models.trigrams import SHORTEST

MINE, FREE = "me", "none"
DUE, OVERDUE = "due", "overdue"
NEWEST, LAST_ACTIVE = "newest", "active"

SEPARATORS = str.maketrans("", "", " -.()+\u00a0")


class LeadFilterForm(forms.Form):
    """Sent by GET, so that an address is a view. What it does not understand it leaves out."""

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Number, name or e-mail"}),
    )
    stage = forms.ChoiceField(label="Stage", required=False, choices=[("", "Any"), *Stage.choices])
    drop_off = forms.ChoiceField(
        label="Stopped by",
        required=False,
        choices=[("", "Any"), *Trouble.choices, (NO_ATTEMPT, "No code typed")],
    )
    status = forms.ChoiceField(
        label="Status", required=False, choices=[("", "Any"), *Status.choices]
    )
    owner = forms.CharField(label="Held by", required=False, max_length=20)
    country = forms.RegexField("^[A-Za-z]{2}$", label="Country", required=False)
    source = forms.ChoiceField(
        label="Source", required=False, choices=[("", "Any"), *Source.choices]
    )
    follow_up = forms.ChoiceField(
        label="Follow-up",
        required=False,
        choices=[("", "Any"), (DUE, "Due today"), (OVERDUE, "Overdue")],
    )
    created_from = forms.DateField(label="Created from", required=False)
    created_to = forms.DateField(label="Created to", required=False)
    active_from = forms.DateField(label="Active from", required=False)
    active_to = forms.DateField(label="Active to", required=False)
    sort = forms.ChoiceField(
        label="Order",
        required=False,
        choices=[(NEWEST, "Newest first"), (LAST_ACTIVE, "Last active first")],
    )

    def wanted(self) -> dict[str, Any]:
        """What was asked for and understood, by the names of the fields."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

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
        needle = needle_of(self.wanted().get("q", ""))
        return leads.containing(needle) if len(needle) >= SHORTEST else leads


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
    return Q(owner=int(value)) & holds if value.isdecimal() and len(value) < 19 else Q()


def _follow_up(value: str, user: User) -> Q:
    if value == OVERDUE:
        return Q(follow_up_at__lt=timezone.now())
    tomorrow = _start_of(localdate() + timedelta(days=1))
    return Q(follow_up_at__lt=tomorrow)


def _start_of(day: date) -> datetime:
    """Midnight in India."""
    return make_aware(datetime.combine(day, time.min))


def _end_of(day: date) -> datetime:
    """The last moment of a day in India; of any day, as there is none after 9999."""
    return make_aware(datetime.combine(day, time.max))


CONDITIONS: dict[str, Callable[[Any, User], Q]] = {
    "drop_off": _drop_off,
    "owner": _owner,
    "country": lambda value, user: Q(country=value.upper()),
    "follow_up": _follow_up,
    "created_from": lambda value, user: Q(created_at__gte=_start_of(value)),
    "created_to": lambda value, user: Q(created_at__lte=_end_of(value)),
    "active_from": lambda value, user: Q(last_activity_at__gte=_start_of(value)),
    "active_to": lambda value, user: Q(last_activity_at__lte=_end_of(value)),
}
