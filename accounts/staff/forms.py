"""The forms of staff: signing in, the second factor, and API tokens."""

from django import forms
from django.contrib.auth.forms import UsernameField
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.codes.forms import CodeInput
from accounts.models.api_token import Scope
from accounts.models.hashed_token import DEFAULT_DAYS, MAX_DAYS
from accounts.passwords.forms import PasswordForm
from loopin.text.fields import LineFormField
from loopin.web.forms import RefusableForm


class StaffSignInForm(PasswordForm):
    field_order = ("username", "password")

    username = UsernameField(
        label=_("Username"),
        max_length=150,
        error_messages={"required": _("Enter your username.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )


class SecondFactorForm(RefusableForm):
    second_factor = LineFormField(
        label=_("Code"),
        max_length=40,
        error_messages={"required": _("Enter the code.")},
        widget=CodeInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


class ApiTokenForm(RefusableForm):
    name = LineFormField(
        label=_("What is it for?"),
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("Event reminders"), "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ],
        help_text=_("Never more than you may do yourself."),
    )
    days = forms.IntegerField(
        label=_("Days until it expires"),
        min_value=1,
        max_value=MAX_DAYS,
        initial=DEFAULT_DAYS,
        help_text=format_lazy(_("1 to {count}."), count=MAX_DAYS),
    )
