"""Forms that only staff see."""

from django import forms

from accounts.forms import RefusableForm
from accounts.models.api_token import DEFAULT_DAYS, MAX_DAYS, Scope


class ApiTokenForm(RefusableForm):
    name = forms.CharField(
        label="What is it for?",
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "Event reminders", "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ],
        help_text="Never more than you may do yourself.",
    )
    days = forms.IntegerField(
        label="Days until it expires",
        min_value=1,
        max_value=MAX_DAYS,
        initial=DEFAULT_DAYS,
        help_text=f"1 to {MAX_DAYS}.",
    )
