"""The pictures in the body of a profile: URLs, or left out if pictures were uploaded before."""

from collections.abc import Callable
from typing import Annotated, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from pydantic import ValidationInfo, WrapValidator

from accounts import rules
from accounts.pictures import gallery
from loopin.web.schemas import follows, raise_broken

NOT_SENT: Any = ()
"""Marks a field that was left out; no JSON value is equal to it."""


def _sent_or_uploaded(value: Any, rule: Callable[[Any], Any], info: ValidationInfo) -> Any:
    """Apply the rule, or if the field was left out require uploaded pictures, which takes one
    statement. Without `PICTURES_REQUIRED` there may be none."""
    if value is not NOT_SENT:
        return rule(value)
    if not settings.PICTURES_REQUIRED:
        return value
    context = info.context or {}
    caller = getattr(context.get("request"), "auth", None)
    if caller is None or not gallery.list_pictures(caller.user_id):
        with raise_broken():
            raise ValidationError(_("This field is required."), code="required")
    return value


Pictures = Annotated[list[str], follows(rules.profile_pictures), WrapValidator(_sent_or_uploaded)]
