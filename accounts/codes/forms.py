"""The forms that ask for the code of a message, or for another code."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.codes import rules
from accounts.messaging import channels
from accounts.messaging.channels import Channel
from loopin.web.forms import RefusableForm, RuledField


class CodeInput(forms.PasswordInput):
    """A text field that is empty after a wrong code, because a full field takes no more digits.

    Scripts keep nothing that is typed here (static/js/typed_text.js).
    """

    input_type = "text"

    def __init__(self, attrs: dict[str, Any]) -> None:
        super().__init__(attrs | {"data-secret": True})


class CodeForm(RefusableForm):
    """Asks for a code of `otp_length` digits.

    The field has no maxlength, because people may paste the whole message.
    """

    otp_code = forms.Field(
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
        self.fields["otp_code"].widget.attrs["data-code-length"] = otp_length

    def clean_otp_code(self) -> str:
        return rules.find_code(self.cleaned_data["otp_code"], self.otp_length)


class ResendForm(RefusableForm):
    """Asks for another code; `channel` is SMS unless another one is named."""

    channel = RuledField(channels.enabled, required=False)

    def clean_channel(self) -> Channel:
        return Channel(self.cleaned_data["channel"] or Channel.SMS)
