"""The annotations and types for declaring variables, and the base class of all groups."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, ValidationInfo
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from loopin.config.secret_files import SecretFiles

NOT_SET: Any = None
"""The default of a variable whose meaning, when it is not set, depends on ENVIRONMENT."""


def is_production(info: ValidationInfo) -> bool:
    return bool(info.data.get("ENVIRONMENT") == "prod")


@dataclass(frozen=True)
class ByDefault:
    """What a variable that is not set means in development and in production."""

    development: object
    production: object

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_before_validator_function(self._choose, handler(source))

    def _choose(self, value: object, info: ValidationInfo) -> object:
        if value is not NOT_SET:
            return value
        return self.production if is_production(info) else self.development


def production_default(field: FieldInfo) -> Any:
    """What a variable means in production when it is not set."""
    choices = [item for item in field.metadata if isinstance(item, ByDefault)]
    return choices[-1].production if choices else field.default


@dataclass(frozen=True)
class RequiredInProduction:
    """Production does not start without it, `unless` a variable of these names is set.

    The other variables have to be declared before this one.
    """

    unless: tuple[str, ...] = ()

    def __str__(self) -> str:
        others = " or ".join(self.unless)
        return "required in production" + (f", unless {others} is set" if others else "")

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, handler(source))

    def _check(self, value: object, info: ValidationInfo) -> object:
        if is_production(info) and not value and not any(map(info.data.get, self.unless)):
            raise ValueError(f"is {self}")
        return value


@dataclass(frozen=True)
class Format:
    """How a value is written, in words for the documents."""

    words: str


def _is_off_in_production(value: bool, info: ValidationInfo) -> bool:
    if is_production(info) and value:
        raise ValueError("must be false in production")
    return value


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


OnInProduction = Annotated[bool, ByDefault(development=False, production=True)]
OffInProduction = Annotated[
    bool,
    ByDefault(development=True, production=False),
    AfterValidator(_is_off_in_production),
    Format("`true` or `false`; production refuses to start with `true`"),
]
CommaSeparated = Annotated[
    list[str], NoDecode, BeforeValidator(_split), Format("a list, separated by commas")
]
WebAddress = Annotated[
    str, AfterValidator(_web_address), Format("an address that begins with http:// or https://")
]
DatabaseAddress = Annotated[
    str, AfterValidator(_database_address), Format("an address or a connection string of libpq")
]
PicturesAddress = Annotated[
    str,
    AfterValidator(_pictures_address),
    Format("`/media/`, or a web address that ends with a slash"),
]


class BaseVariables(BaseSettings):
    """Development or production."""

    model_config = SettingsConfigDict(
        case_sensitive=True,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        files = SecretFiles(settings_cls, env_settings, dotenv_settings)
        return init_settings, files, env_settings, dotenv_settings

    ENVIRONMENT: Literal["dev", "prod"] = Field(
        "dev",
        description="What kind of site this is. Production wants HTTPS, secrets and a real SMS"
        " provider, and many defaults depend on it.",
    )
    DEBUG: OffInProduction = Field(
        NOT_SET,
        description="Django's debug mode: pages of errors show the code and its variables.",
    )
