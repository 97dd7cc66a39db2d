"""Answers with the field names of an operation whose body has others than its flow."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.http import HttpResponse

from loopin.errors import LoopinError

View = TypeVar("View", bound=Callable[..., HttpResponse])


def fields_named(**names: str) -> Callable[[View], View]:
    """`@fields_named(otp_code="otp")`: what the flow calls `otp_code` is `otp` in this body."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(*args, **kwargs)
            except LoopinError as error:
                error.rename_fields(names)
                raise

        return cast(View, wrapper)

    return decorate
