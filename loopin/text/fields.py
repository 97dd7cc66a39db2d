"""Columns and form fields of lines of text and e-mail addresses, which have one spelling each,
whoever writes them. Migrations see the fields of Django."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from loopin.text import email_address, spelling

LONGEST = 1000
"""Characters of a line whose field sets no limit of its own."""


def _spelled(value: Any, max_length: int | None) -> Any:
    return spelling.normalise(value, max_length or LONGEST) if isinstance(value, str) else value


class LineFormField(forms.CharField):
    """A line as it is stored, before its length is checked and whether it is empty."""

    def to_python(self, value: Any) -> Any:
        return _spelled(super().to_python(value), self.max_length)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if spelling.has_unprintable(value):
            message = _("Remove the characters that cannot be shown.")
            raise ValidationError(message, code="invalid_characters")


class LineField(models.CharField[str, str]):
    """A CharField whose text is brought into one spelling: in forms, when it is saved by code, and
    in what it is compared with."""

    def to_python(self, value: Any) -> Any:
        return _spelled(super().to_python(value), self.max_length)

    def get_prep_value(self, value: Any) -> Any:
        return _spelled(super().get_prep_value(value), self.max_length)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = _spelled(super().pre_save(model_instance, add), self.max_length)
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": LineFormField} | options)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def _address(value: Any) -> Any:
    return email_address.normalise(value) if isinstance(value, str) and value.strip() else value


class EmailAddressFormField(forms.EmailField):
    """An address as it is stored, before Django's own rules for addresses."""

    def to_python(self, value: Any) -> Any:
        return _address(super().to_python(value))


class EmailAddressField(models.EmailField[str, str]):
    """An EmailField that forms and commands fill with the one spelling of an address."""

    def to_python(self, value: Any) -> Any:
        return _address(super().to_python(value))

    def get_prep_value(self, value: Any) -> Any:
        """As it is: a row whose address is older than the rules can still be saved and found."""
        return models.Field.get_prep_value(self, value)

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": EmailAddressFormField} | options)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs
