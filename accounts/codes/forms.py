"""The step that asks for the code of a message."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.codes import rules
from accounts.messaging import channels
from accounts.messaging.channels import Channel
from loopin.web.forms import RefusableForm, RuledField


class CodeInput(forms.PasswordInput):
    """Readable, but empty again after a wrong code: a full field takes no more digits."""

    input_type = "text"


class CodeForm(RefusableForm):
    """`otp_length`: the digits of the code that was sent. No maxlength: it would cut a paste."""

    otp_code = RuledField(
        rules.otp_code,
        label=_("Code"),
        widget=CodeInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "autofocus": True,
            }
        ),
    )

    def __init__(self, *args: Any, otp_length: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.otp_length = otp_length
        field = self.fields["otp_code"]
        assert isinstance(field, RuledField)  # noqa: S101  as declared above
        field.rule = lambda value: rules.code(value, otp_length)
        field.widget.attrs["data-code-length"] = otp_length


class ResendForm(RefusableForm):
    """By which channel another code shall come: by SMS unless one is named."""

    channel = RuledField(channels.enabled, required=False)

    def clean_channel(self) -> Channel:
        return Channel(self.cleaned_data["channel"] or Channel.SMS)
