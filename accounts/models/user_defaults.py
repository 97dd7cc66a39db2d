from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django_stubs_ext import StrOrPromise

from loopin.text.fields import EmailAddressField, LineField


def _label(name: str) -> StrOrPromise:
    """What Django calls a field, in the reader's language."""
    return next(field.verbose_name for field in AbstractUser._meta.fields if field.name == name)


class UserDefaults(AbstractUser):
    """Django's user with the defaults of its fields in the database, too: a statement that creates
    one names only what it means to set."""

    first_name = LineField(
        _label("first_name"), max_length=150, blank=True, default="", db_default=""
    )
    last_name = LineField(
        _label("last_name"), max_length=150, blank=True, default="", db_default=""
    )
    email = EmailAddressField(_label("email"), blank=True, default="", db_default="")
    is_staff = models.BooleanField(_label("is_staff"), default=False, db_default=False)
    is_superuser = models.BooleanField(_label("is_superuser"), default=False, db_default=False)
    is_active = models.BooleanField(_label("is_active"), default=True, db_default=True)
    date_joined = models.DateTimeField(
        _label("date_joined"), default=timezone.now, db_default=Now()
    )

    class Meta:
        abstract = True
