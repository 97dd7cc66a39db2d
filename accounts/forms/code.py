"""The step that asks for the code of a message."""

from typing import Any

from django import forms

from accounts import otp, rules
from accounts.forms.fields import RefusableForm, RuledField


class CodeInput(forms.PasswordInput):
    """Readable, but empty again after a wrong code: a full field takes no more digits."""

    input_type = "text"


class CodeForm(RefusableForm):
    otp_code = RuledField(
        rules.otp_code,
        label="Code",
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
        self.fields["otp_code"].widget.attrs["maxlength"] = otp_length


class ChangePhoneForm(CodeForm):
    old_otp_code = RuledField(
        rules.otp_code,
        label="Code of your old number",
        widget=CodeInput(attrs={"inputmode": "numeric", "maxlength": otp.LONG_LENGTH}),
    )

    def __init__(self, *args: Any, needs_old_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_old_code:
            del self.fields["old_otp_code"]

    def clean(self) -> dict[str, Any]:
        return {"old_otp_code": None} | self.cleaned_data
