"""Kinds of environment variables: lists, addresses, those that mean another thing in production."""

import re
from typing import Annotated, Any
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, BeforeValidator, ValidationInfo
from pydantic_settings import NoDecode


def is_production(values: dict[str, Any]) -> bool:
    return values.get("ENVIRONMENT") == "prod"


def by_default(*, development: object, production: object) -> BeforeValidator:
    """What a variable that is not set (None) means, there and there."""

    def choose(value: object, info: ValidationInfo) -> object:
        if value is not None:
            return value
        return production if is_production(info.data) else development

    return BeforeValidator(choose)


def _split(value: object) -> object:
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    return value


def _web_address(value: str) -> str:
    address = urlsplit(value)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError("must be like https://loopin.example")
    return value


def _database_address(value: str) -> str:
    try:
        conninfo_to_dict(value)
    except ProgrammingError:
        # libpq's own words would quote the password.
        raise ValueError("must be like postgresql://user:password@host:5432/name") from None
    return value


def _pictures_address(value: str) -> str:
    if value != "/media/" and not re.fullmatch(r"https?://[^\s/?#]+/([^\s?#]*/)?", value):
        raise ValueError("must be /media/ or like https://pictures.example.com/")
    return value


NOT_SET: Any = None
OffInProduction = Annotated[bool, by_default(development=True, production=False)]
OnInProduction = Annotated[bool, by_default(development=False, production=True)]
CommaSeparated = Annotated[list[str], NoDecode, BeforeValidator(_split)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
DatabaseAddress = Annotated[str, AfterValidator(_database_address)]
PicturesAddress = Annotated[str, AfterValidator(_pictures_address)]
