"""The step that asks for the code of a message."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts import otp, rules, typed
from accounts.channels import Channel
from accounts.forms.fields import RefusableForm, RuledField


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
        field.rule = lambda value: typed.code(value, otp_length)
        field.widget.attrs["data-code-length"] = otp_length


class ChangePhoneForm(CodeForm):
    old_otp_code = RuledField(
        lambda value: typed.code(value, *range(settings.OTP_LENGTH, otp.LONG_LENGTH + 1)),
        label=_("Code of your old number"),
        widget=CodeInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, needs_old_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_old_code:
            del self.fields["old_otp_code"]

    def clean(self) -> dict[str, Any]:
        return {"old_otp_code": None} | self.cleaned_data


class ResendForm(RefusableForm):
    """By which channel another code shall come: by SMS unless one is named."""

    channel = RuledField(rules.channel, required=False)

    def clean_channel(self) -> Channel:
        return Channel(self.cleaned_data["channel"] or Channel.SMS)
