"""Secrets that stand in files: `NAME_FILE` names the file of the variable `NAME`.

Secrets of Docker, of Kubernetes and of systemd (`LoadCredential=`) are such files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

SUFFIX = "_FILE"


@dataclass(frozen=True)
class _FileOfSecret:
    """What is known of a secret before it is read."""

    name: str
    path: str
    is_given_twice: bool

    def read(self) -> str:
        """The text of the file, without the white space around it; errors name no content."""
        if self.is_given_twice:
            raise ValueError(f"is set, and {self.name}{SUFFIX} too: keep one of them")
        try:
            text = Path(self.path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ValueError(
                f"cannot be read from the file that {self.name}{SUFFIX} names"
            ) from None
        if not text:
            raise ValueError(f"is empty in the file that {self.name}{SUFFIX} names")
        return text


@dataclass(frozen=True)
class Secret:
    """Nobody may know it, and it may stand in a file. It is the last word of an `Annotated`."""

    def __get_pydantic_core_schema__(
        self, source: type[Any], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._read, handler(source))

    @staticmethod
    def _read(value: object) -> object:
        return value.read() if isinstance(value, _FileOfSecret) else value


def is_secret(field: FieldInfo) -> bool:
    """Whether the declaration says that the variable is a secret."""
    return any(isinstance(item, Secret) for item in field.metadata)


class SecretFiles(PydanticBaseSettingsSource):
    """Finds the variables `NAME_FILE` in the environment and in the file that stands in for it."""

    def __init__(
        self, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource
    ) -> None:
        super().__init__(settings_cls)
        self.variables: list[Mapping[str, str | None]] = [
            source.env_vars for source in sources if isinstance(source, EnvSettingsSource)
        ]

    def __call__(self) -> dict[str, Any]:
        fields = self.settings_cls.model_fields.items()
        found = {name: self.get_field_value(field, name)[0] for name, field in fields}
        return {name: value for name, value in found.items() if value is not None}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = self._variable(f"{field_name}{SUFFIX}") if is_secret(field) else ""
        twice = bool(self._variable(field_name))
        value = _FileOfSecret(field_name, path, twice) if path else None
        return value, field_name, False

    def _variable(self, name: str) -> str:
        return next(filter(None, (variables.get(name) for variables in self.variables)), "")
