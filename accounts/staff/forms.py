"""The forms of staff: signing in, the second factor, and API tokens."""

from django import forms
from django.contrib.auth.forms import UsernameField
from django.utils.translation import gettext_lazy as _

from accounts.codes.forms import CodeInput
from accounts.models.api_token import Scope
from accounts.passwords.forms import PasswordForm
from accounts.service.forms import LifetimeField
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
    days = LifetimeField()
