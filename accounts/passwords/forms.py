"""Forms that ask for the current password, or for a new one."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.codes.forms import CodeForm
from accounts.models import User
from accounts.passwords import rules
from loopin.web.forms import RefusableForm, RuledField


class NewPasswordInput(forms.PasswordInput):
    """A field for which password managers suggest a strong password and save it."""

    def __init__(self) -> None:
        super().__init__({"autocomplete": "new-password", "maxlength": rules.MAX_LENGTH})


class PasswordForm(RefusableForm):
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        max_length=rules.MAX_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ResetPasswordForm(CodeForm):
    """Does not compare the password with the person's name: the flow does so after the right
    code."""

    password = RuledField(
        lambda value: rules.password(value, User()),
        label=gettext_lazy("New password"),
        error_messages={"required": gettext_lazy("Enter a new password.")},
        widget=NewPasswordInput,
    )
    password_confirm = RuledField(
        lambda value: value,
        label=gettext_lazy("New password once more"),
        error_messages={"required": gettext_lazy("Enter the new password once more.")},
        widget=NewPasswordInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        count = MinimumLengthValidator().min_length
        help_text = _("At least %(count)s characters, and not one that is easy to guess.")
        self.fields["password"].help_text = help_text % {"count": count}

    def clean_password_confirm(self) -> str:
        repeated = self.cleaned_data["password_confirm"]
        return rules.repeated_password(repeated, self.cleaned_data.get("password", repeated))
