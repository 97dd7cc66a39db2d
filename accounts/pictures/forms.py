from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError


class IdsOfPictures(forms.Field):
    """One value for each picture."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: list[str] | None) -> list[UUID]:
        try:
            return [UUID(item) for item in value or []]
        except ValueError:
            raise ValidationError("", code="invalid") from None


class OrderForm(forms.Form):
    """Ids of pictures, the first one first: `order` once for each."""

    order = IdsOfPictures()
