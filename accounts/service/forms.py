"""The forms of the admin for service accounts and their keys."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import ServiceAccount, ServiceAccountKey, User
from accounts.models.hashed_token import DEFAULT_DAYS, MAX_DAYS
from accounts.models.service_account import NAME_MAX_LENGTH, ServiceScope, check_name
from accounts.models.user import SERVICE_PREFIX


class LifetimeField(forms.IntegerField):
    """How many days a token of staff or a key of a service is accepted."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Days until it expires"),
            min_value=1,
            max_value=MAX_DAYS,
            initial=DEFAULT_DAYS,
            help_text=format_lazy(_("1 to {count}."), count=MAX_DAYS),
        )


class ServiceAccountForm(forms.ModelForm[ServiceAccount]):
    """The name stays, because timelines and the security log go by it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=NAME_MAX_LENGTH,
        validators=[check_name],
        help_text=_("Such as events. It cannot be changed."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[
            (scope.value, format_lazy("{}: {}", scope.value, scope.label)) for scope in ServiceScope
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    is_active = forms.BooleanField(
        label=_("Switched on"),
        required=False,
        initial=True,
        help_text=_("Off: every key is refused, and its webhook endpoints are told nothing."),
    )

    class Meta:
        model = ServiceAccount
        fields = ["description", "scopes", "call_limit"]
        labels = {"description": _("Purpose"), "call_limit": _("Calls in ten minutes")}
        help_texts = {
            "description": _("What it is for, and whom to ask about it."),
            "call_limit": _("Of all its keys together."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields["name"].disabled = True
            self.initial["name"] = self.instance.name
            self.initial["is_active"] = self.instance.user.is_active

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = User.objects.exclude(pk=self.instance.pk)
        if others.filter(username=SERVICE_PREFIX + name).exists():
            raise forms.ValidationError(
                _("Another service account has this name."), code="duplicate"
            )
        return name


class ServiceAccountKeyForm(forms.ModelForm[ServiceAccountKey]):
    days = LifetimeField()

    class Meta:
        model = ServiceAccountKey
        fields = ["account"]
