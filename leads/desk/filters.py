"""The filters of the desk, which are read from the query of its URL, and the leads they select."""

from collections.abc import Callable
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.phone import countries
from leads import access
from leads.desk.search import Search
from leads.desk.selects import LongSelect
from leads.models.lead_activity import slot_of
from leads.models.lead_choices import NO_ATTEMPT, Source, Stage, Status, Trouble
from leads.models.lead_filters import STAGE_IMPLIES, promises_of
from leads.models.lead_queryset import LeadQuerySet
from loopin.text.ids import row_id
from loopin.times.days import end_of_today, start_of

MINE, FREE = "me", "none"
DUE, OVERDUE, PROMISED = "due", "overdue", "promised"
NEWEST, LAST_ACTIVE = "newest", "active"

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

SUGGESTED_COUNTRIES = ("IN", "AE", "AU", "BD", "CA", "DE", "GB", "LK", "NP", "SG", "US")
"""The countries that the form suggests; any other code works, too."""

MAIN_FIELDS = ("q", "stage", "status", "owner")


class LeadFilterForm(forms.Form):
    """Sent by GET, so that a URL is a view of the desk. Values that are not valid do not filter."""

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
    owner = forms.CharField(label=_("Held by"), required=False, max_length=20, widget=LongSelect)
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
        choices=[
            ("", _("Any")),
            (PROMISED, _("Mine, due today")),
            (DUE, _("Due today")),
            (OVERDUE, _("Overdue")),
        ],
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
        """The fields that are always visible; the others can be folded away."""
        return [self[name] for name in MAIN_FIELDS]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in MAIN_FIELDS]

    @property
    def has_more_applied(self) -> bool:
        """Whether one of `more_fields` filters, so that they are shown."""
        return not self.applied().keys() <= {*MAIN_FIELDS}

    def applied(self) -> dict[str, Any]:
        """The values that are given and valid, by the names of the fields."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @cached_property
    def search(self) -> Search:
        """What is searched for, which may be nothing."""
        region = countries.choose_region(self.applied().get("country", "").upper())
        return Search(self.applied().get("q", ""), region)

    @property
    def sort_field(self) -> str:
        order = self.applied().get("sort", NEWEST)
        return "last_activity_at" if order == LAST_ACTIVE else "created_at"

    @property
    def is_personal(self) -> bool:
        """Whether the same filters select other leads for somebody else with the same rights, or
        later without any event."""
        values = self.applied()
        return self.search.is_possible or "follow_up" in values or values.get("owner") == MINE

    def indexed_leads(self, user: User, visible: LeadQuerySet | None = None) -> LeadQuerySet:
        """The same as `leads`, with what an index needs to find them. The planner takes each
        condition for an independent one, so its estimates are of `leads`."""
        implied = [
            IMPLIED[name](value) for name, value in self.applied().items() if name in IMPLIED
        ]
        return self.leads(user, visible).filter(*implied)

    def leads(self, user: User, visible: LeadQuerySet | None = None) -> LeadQuerySet:
        """The leads that match, of those that somebody may see; in no order. `visible`: of which
        part of them, if not of all."""
        leads = access.visible_to(user) if visible is None else visible
        for name, value in self.applied().items():
            if name in EXACT:
                leads = leads.filter(**{EXACT[name]: value})
            elif name in CONDITIONS:
                leads = leads.filter(CONDITIONS[name](value, user))
        return leads.filter(pk__in=self.search.lead_ids(user)) if self.search.is_possible else leads


EXACT = {"stage": "stage", "status": "status", "source": "source"}


def _drop_off(value: str, user: User) -> Q:
    return Q(verified_at=None, trouble="" if value == NO_ATTEMPT else value)


def _owner(value: str, user: User) -> Q:
    is_claimed = Q(lease_ends_at__gt=timezone.now())
    if value == FREE:
        return Q(owner=None) | Q(lease_ends_at__lte=timezone.now())
    if value == MINE:
        return Q(owner=user.pk) & is_claimed
    owner_id = row_id(value)
    return Q() if owner_id is None else Q(owner=owner_id) & is_claimed


def _follow_up(value: str, user: User) -> Q:
    if value == PROMISED:
        sees_all = user.has_perm(access.SEES_ALL)
        return promises_of(user.pk, sees_all=sees_all, until=end_of_today())
    if value == OVERDUE:
        return Q(follow_up_at__lt=timezone.now())
    return Q(follow_up_at__lt=end_of_today())


def _end_of(day: date) -> datetime:
    """The last moment of a day in India; also of 9999-12-31, which has no next day."""
    return make_aware(datetime.combine(day, time.max))


def _country(value: str, user: User) -> Q:
    return Q(country=value.upper())


def _created_from(value: date, user: User) -> Q:
    return Q(created_at__gte=start_of(value))


def _created_to(value: date, user: User) -> Q:
    return Q(created_at__lte=_end_of(value))


def _active_from(value: date, user: User) -> Q:
    return Q(last_activity_at__gte=start_of(value))


def _active_to(value: date, user: User) -> Q:
    return Q(last_activity_at__lte=_end_of(value))


CONDITIONS: dict[str, Callable[[Any, User], Q]] = {
    "drop_off": _drop_off,
    "owner": _owner,
    "country": _country,
    "follow_up": _follow_up,
    "created_from": _created_from,
    "created_to": _created_to,
    "active_from": _active_from,
    "active_to": _active_to,
}
"""The condition of each filter that is not in `EXACT`, from its value and who asks."""

IMPLIED: dict[str, Callable[[Any], Q]] = {
    "stage": lambda value: STAGE_IMPLIES[Stage(value)],
    "active_from": lambda value: Q(active_slot_at__gte=slot_of(start_of(value))),
    "active_to": lambda value: Q(active_slot_at__lte=slot_of(_end_of(value))),
}
"""What follows from a filter and an index knows."""
