"""Columns whose values an enum of the code lists: kinds and reasons, to which releases add.

The database has no list of them (docs/decisions/067-expand-then-contract.md): each further value
would take its constraint away and check every row of a table that only grows. So the code refuses
what the enum does not have, and a further value is one line of the enum, without a migration.
"""

from typing import Any

from django.db import models
from django_stubs_ext import StrOrPromise


def label_of(kinds: type[models.TextChoices], value: str) -> StrOrPromise:
    """The words for a value; the value itself where a later release wrote it."""
    return kinds(value).label if value in kinds.values else value


class UnknownKind(ValueError):
    """A row was about to be written with a value that its enum does not have."""


class KindField(models.CharField[str, str]):
    """A CharField with `choices` of an enum.

    Rows that another release wrote may have further values: they are read as they are, and
    `get_…_display` gives the value itself. Migrations see a CharField without choices. An array of
    them is checked by forms and rules alone, because Django asks an array's field about the whole.

    Raises:
        UnknownKind: a row is made with another value. Only "" may be, where the field is `blank`. A
            row that exists keeps what it has, whoever saves it.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if add and not self._takes(value):
            raise UnknownKind(f"{value!r} is none of {self.model.__name__}.{self.name}")
        return value

    def _takes(self, value: Any) -> bool:
        return value in dict(self.flatchoices) or (self.blank and value == "")

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        return name, "django.db.models.CharField", args, kwargs
