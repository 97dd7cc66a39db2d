"""Forms that only staff see."""

from django import forms
from django.contrib.auth.forms import UsernameField

from accounts.forms.code import CodeInput
from accounts.forms.fields import RefusableForm
from accounts.models.api_token import DEFAULT_DAYS, MAX_DAYS, Scope


class StaffSignInForm(RefusableForm):
    username = UsernameField(
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = forms.CharField(
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SecondFactorForm(RefusableForm):
    second_factor = forms.CharField(
        label="Code",
        max_length=40,
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


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
