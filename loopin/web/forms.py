"""The base classes of forms: fields that are cleaned by a rule, and forms that show flow errors."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from loopin.errors import LoopinError, ValidationFailed
from loopin.request_facts import note_refusal
from loopin.web import field_words
from loopin.web.error_pages import FormOutOfDate


class RuledField(forms.Field):
    """A field that is cleaned by a rule (accounts/rules.py)."""

    def __init__(self, rule: Callable[[Any], Any], **kwargs: Any) -> None:
        self.rule = rule
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        value = self.to_python(value)
        if value in self.empty_values:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return ""
        return self.rule(value)


class IdsField(RuledField):
    """A field for several ids. `most`: how many may be chosen, for the counter; None for no
    counter."""

    def __init__(self, rule: Callable[[Any], Any], most: int | None = None, **kwargs: Any) -> None:
        super().__init__(rule, **kwargs)
        self.most = most

    def to_python(self, value: list[str] | None) -> list[int]:
        try:
            return [int(item) for item in value or []]
        except ValueError:
            raise ValidationError(_("Choose from the list."), code="invalid_choice") from None


OWNER = "form_owner"
"""The field that says for whom a form with personal details was made."""


def form_owner(request: HttpRequest) -> str:
    """A word for the person who is signed in, which forms carry; "" for visitors.

    It tells the forms of two people apart who use one browser, and names neither.
    """
    if not request.user.is_authenticated:
        return ""
    return salted_hmac(__name__, str(request.user.pk), algorithm="sha256").hexdigest()[:16]


class PlainForm(forms.BaseForm):
    """A form that says in our words what is wrong with a field."""

    def full_clean(self) -> None:
        field_words.use(self.fields.values())
        super().full_clean()
        if self.errors:
            note_refusal(ValidationFailed.code)


class RefusableForm(PlainForm, forms.Form):
    def refuse(self, error: LoopinError) -> None:
        """Show an error of the flow beside its field, or above the form if it has none."""
        self.error = error
        note_refusal(error.code)
        if isinstance(error, ValidationFailed):
            for broken in error.errors:
                self._show(broken["field"], broken["message"])
        else:
            self._show(error.field, error.page_message)

    def show_again(self, typed: QueryDict | None, advice: str) -> None:
        """Ask to send the form once more, because nothing of what it sent was done.

        `typed`: what it is filled with, all but passwords and codes; None to leave it as it is.
        `advice`: what is said besides, or "".
        """
        for name, field in self.fields.items():
            if typed is not None and not isinstance(field.widget, forms.PasswordInput):
                value = field.widget.value_from_datadict(
                    typed, MultiValueDict(), self.add_prefix(name)
                )
                self.initial[name] = value
        said = [str(FormOutOfDate.message), advice]
        self.errors[NON_FIELD_ERRORS] = self.error_class([text for text in said if text])

    def _show(self, field: str | None, message: StrOrPromise) -> None:
        self.add_error(field if field in self.fields else None, str(message))

    @property
    def problem(self) -> str:
        """All errors in one line, for a page that shows them apart from the fields."""
        return " ".join(str(words) for errors in self.errors.values() for words in errors)

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form.

        401 is for programs: it has to name a scheme, which browsers do not fill in forms for.
        """
        if not self.is_bound or self.is_valid():
            return 200
        status = self.error.status if hasattr(self, "error") else 422
        return 400 if status == 401 else status
