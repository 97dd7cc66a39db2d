"""The form for the code of the new number, and that of the old one if it is needed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.codes import hashing
from accounts.codes import rules as code_rules
from accounts.codes.forms import CodeForm, CodeInput
from accounts.codes.risk import usual_length
from accounts.models.phone_otp import Purpose
from loopin.web.forms import RuledField


class ChangePhoneForm(CodeForm):
    old_otp_code = RuledField(
        lambda value: code_rules.find_code(
            value, *range(usual_length(Purpose.CHANGE_PHONE), hashing.LONG_LENGTH + 1)
        ),
        label=_("Code of your old number"),
        error_messages={"required": _("Enter the code that went to your old number.")},
        widget=CodeInput(attrs={"inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, needs_old_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_old_code:
            del self.fields["old_otp_code"]

    def clean(self) -> dict[str, Any]:
        return {"old_otp_code": None} | self.cleaned_data
