"""How a profile names its pictures in the API: addresses, or nothing for those that are there."""

from collections.abc import Callable
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import ValidationInfo, WrapValidator
from pydantic_core import PydanticCustomError

from accounts import rules
from accounts.pictures import gallery
from loopin.web.schemas import follows

NOT_SENT: Any = ()
"""What no JSON can say: the field was left out."""


def _sent_or_uploaded(value: Any, rule: Callable[[Any], Any], info: ValidationInfo) -> Any:
    """Leaving the pictures out is right for somebody who has some already. One statement then."""
    if value is not NOT_SENT:
        return rule(value)
    context = info.context or {}
    caller = getattr(context.get("request"), "auth", None)
    if caller is None or not gallery.list_pictures(caller.user_id):
        raise PydanticCustomError(
            "required", "{message}", {"message": _("This field is required.")}
        )
    return value


Pictures = Annotated[list[str], follows(rules.profile_pictures), WrapValidator(_sent_or_uploaded)]
