"""The keys and the lifetime of access tokens."""

import re
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from loopin.config.site import SiteVariables
from loopin.config.variables import NOT_SET, ByDefault, CommaSeparated, Format, RequiredInProduction

MIN_KEY_BYTES = 32
"""RFC 7518 §3.2: a key for HS256 has at least as many bits as the hash."""

MAX_KEY_ID_LENGTH = 32


class TokenVariables(SiteVariables):
    """Access tokens."""

    JWT_SECRET_KEYS: CommaSeparated = Field(
        [],
        description="For changing the key without signing anybody out: pairs of an id and a key,"
        f" newest first, each key as long as JWT_SECRET_KEY. An id has 1 to {MAX_KEY_ID_LENGTH}"
        " letters, digits, dots, hyphens or underscores. The first pair signs; the others, and"
        " JWT_SECRET_KEY, go on being accepted. Remove them when the last token signed with them"
        " has expired.",
        examples=["2026-03:at-least-32-bytes-that-nobody-can-guess"],
    )
    JWT_SECRET_KEY: Annotated[
        str,
        ByDefault(development="development-only-jwt-key-never-use-in-production", production=""),
        RequiredInProduction(unless="JWT_SECRET_KEYS"),
        Format(f"at least {MIN_KEY_BYTES} bytes, and not the same as SECRET_KEY"),
    ] = Field(
        NOT_SET,
        description="Signs access tokens. A change ends every access token; refresh tokens stay.",
    )
    JWT_ALGORITHM: Literal["HS256", "HS384", "HS512"] = Field(
        "HS256", description="How access tokens are signed. Tokens signed otherwise are refused."
    )
    JWT_ACCESS_TOKEN_EXPIRE_MINUTES: int = Field(
        30, ge=1, le=1440, description="How many minutes an access token lives."
    )

    @field_validator("JWT_SECRET_KEY")
    @classmethod
    def _is_a_key_of_its_own(cls, value: str, info: ValidationInfo) -> str:
        if value and len(value.encode()) < MIN_KEY_BYTES:
            raise ValueError(f"must be at least {MIN_KEY_BYTES} bytes long")
        if value and value == info.data.get("SECRET_KEY"):
            raise ValueError("must differ from SECRET_KEY")
        return value

    @field_validator("JWT_SECRET_KEYS")
    @classmethod
    def _are_named_keys(cls, value: list[str], info: ValidationInfo) -> list[str]:
        named = [item.partition(":")[::2] for item in value]
        if len({key_id for key_id, _ in named}) < len(named):
            raise ValueError("must name each key differently")
        for key_id, key in named:
            if not re.fullmatch(rf"[\w.-]{{1,{MAX_KEY_ID_LENGTH}}}", key_id, re.ASCII):
                raise ValueError("must be like 2026-03:key,2025-12:older-key")
            cls._is_a_key_of_its_own(key or "-", info)
        return value

    @property
    def jwt_keys(self) -> dict[str, str]:
        """The keys by their ids. The first one signs; JWT_SECRET_KEY has the id ""."""
        named = dict(item.split(":", 1) for item in self.JWT_SECRET_KEYS)
        return named | ({"": self.JWT_SECRET_KEY} if self.JWT_SECRET_KEY else {})
