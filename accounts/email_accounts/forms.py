"""The form with which somebody signs in by e-mail and password."""

from django import forms
from django.utils.translation import gettext_lazy

from accounts import rules
from accounts.models.user import EMAIL_MAX_LENGTH
from accounts.passwords.forms import PasswordForm
from loopin.web.forms import RuledField


class EmailLoginForm(PasswordForm):
    field_order = ("email", "password")

    email = RuledField(
        rules.login_email,
        label=gettext_lazy("E-mail"),
        widget=forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "maxlength": EMAIL_MAX_LENGTH}
        ),
    )
