"""The keys and the lifetime of access tokens."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from loopin.config.secret_files import Secret
from loopin.config.site import SiteVariables
from loopin.config.token_keys import (
    PAIR_ALGORITHMS,
    SECRET_ALGORITHMS,
    TokenKey,
    read_private_keys,
    secret_key,
)
from loopin.config.variables import (
    NOT_SET,
    ByDefault,
    CommaSeparated,
    Format,
    RequiredInProduction,
    is_production,
)

MIN_KEY_BYTES = 32
"""RFC 7518 §3.2: a key for HS256 has at least as many bits as the hash."""

MAX_KEY_ID_LENGTH = 32


class TokenVariables(SiteVariables):
    """Access tokens."""

    JWT_SECRET_KEYS: Annotated[CommaSeparated, Secret()] = Field(
        [],
        description="For changing the key without signing anybody out: pairs of an id and a key,"
        f" newest first, each key as long as JWT_SECRET_KEY. An id has 1 to {MAX_KEY_ID_LENGTH}"
        " letters, digits, dots, hyphens or underscores. The first pair signs; the others, and"
        " JWT_SECRET_KEY, go on being accepted. Remove them when the last token signed with them"
        " has expired.",
        examples=["2026-03:at-least-32-bytes-that-nobody-can-guess"],
    )
    JWT_PRIVATE_KEYS: Annotated[str, Format("private keys in PEM, one below the other")] = Field(
        "",
        description="For ES256 (P-256) and EdDSA (Ed25519): the first key signs, and all verify"
        " and are published at /.well-known/jwks.json. `\\n` may stand for a line break."
        " `python manage.py make_jwt_key` makes a key.",
    )
    JWT_PRIVATE_KEYS_FILE: Annotated[str, Format("the path of a file")] = Field(
        "",
        description="A file with such keys, in place of JWT_PRIVATE_KEYS or after its keys. It is"
        " read at the start.",
    )
    JWT_SECRET_KEY: Annotated[
        str,
        ByDefault(development="development-only-jwt-key-never-use-in-production", production=""),
        RequiredInProduction(
            unless=("JWT_SECRET_KEYS", "JWT_PRIVATE_KEYS", "JWT_PRIVATE_KEYS_FILE")
        ),
        Format(f"at least {MIN_KEY_BYTES} bytes, and not the same as SECRET_KEY"),
        Secret(),
    ] = Field(
        NOT_SET,
        description="Signs access tokens. A change ends every access token; refresh tokens stay.",
    )
    JWT_ALGORITHM: Literal["HS256", "HS384", "HS512", "ES256", "EdDSA"] = Field(
        "HS256",
        description="How access tokens are signed: with a secret, or with a private key, so that"
        " other services can verify them. Tokens of the other keys that are set count too, each"
        " under the algorithm of its key alone.",
    )
    JWT_ACCESS_TOKEN_EXPIRE_MINUTES: int = Field(
        30, ge=1, le=1440, description="How many minutes an access token lives."
    )

    @field_validator("JWT_SECRET_KEY")
    @classmethod
    def _is_a_key_of_its_own(cls, value: str, info: ValidationInfo) -> str:
        if value and len(value.encode()) < MIN_KEY_BYTES:
            raise ValueError(f"must be at least {MIN_KEY_BYTES} bytes long")
        if is_production(info) and value and value == info.data.get("SECRET_KEY"):
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

    @field_validator("JWT_PRIVATE_KEYS")
    @classmethod
    def _are_private_keys(cls, value: str) -> str:
        read_private_keys(value)
        return value

    @field_validator("JWT_PRIVATE_KEYS_FILE")
    @classmethod
    def _is_file_of_private_keys(cls, value: str) -> str:
        read_private_keys(_text_of(value))
        return value

    @field_validator("JWT_ALGORITHM")
    @classmethod
    def _has_a_key(cls, value: str, info: ValidationInfo) -> str:
        names = ("JWT_PRIVATE_KEYS", "JWT_PRIVATE_KEYS_FILE", "JWT_SECRET_KEYS", "JWT_SECRET_KEY")
        if any(name not in info.data for name in names):
            return value  # what is wrong with that one is said there
        keys, file, *secrets = (info.data[name] for name in names)
        if value not in PAIR_ALGORITHMS:
            if not any(secrets):
                raise ValueError("needs JWT_SECRET_KEY or JWT_SECRET_KEYS")
            return value
        pairs = read_private_keys(keys + _text_of(file))
        if not pairs or value not in pairs[0].algorithms:
            raise ValueError("needs JWT_PRIVATE_KEYS whose first key is one for it")
        return value

    @property
    def jwt_keys(self) -> list[TokenKey]:
        """The keys of access tokens. The first one signs."""
        pairs = read_private_keys(self.JWT_PRIVATE_KEYS + _text_of(self.JWT_PRIVATE_KEYS_FILE))
        if self.JWT_ALGORITHM in PAIR_ALGORITHMS:
            return pairs + self._secrets(SECRET_ALGORITHMS)
        return self._secrets((self.JWT_ALGORITHM,)) + pairs

    def _secrets(self, algorithms: tuple[str, ...]) -> list[TokenKey]:
        """JWT_SECRET_KEY has the id "". Where keys of another kind sign, it counts if it was set,
        because everybody knows the one of development."""
        named = [item.split(":", 1) for item in self.JWT_SECRET_KEYS]
        is_set = "JWT_SECRET_KEY" in self.model_fields_set or self.JWT_ALGORITHM in algorithms
        if self.JWT_SECRET_KEY and is_set:
            named.append(["", self.JWT_SECRET_KEY])
        return [secret_key(key_id, key, algorithms) for key_id, key in named]


def _text_of(path: str) -> str:
    """The content of a file; "" for no file. Raises ValueError if it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError):
        raise ValueError("must be a file that can be read") from None
