"""The environment variables Loopin reads: each one's name, type, default and meaning, once.

`.env.example` and the table in the README list the same names; a test compares them.
"""

import os
import re
from decimal import Decimal
from typing import Annotated, Literal

from django.core.exceptions import ImproperlyConfigured
from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from loopin import support
from loopin.code_channels import needed_by, sms_first
from loopin.test_numbers import check_test_numbers
from loopin.variables import (
    NOT_SET,
    CommaSeparated,
    DatabaseAddress,
    OffInProduction,
    OnInProduction,
    PicturesAddress,
    WebAddress,
    by_default,
    is_production,
)

MIN_JWT_KEY_BYTES = 32
"""RFC 7518 §3.2: a key for HS256 has at least as many bits as the hash."""

OTHER_WAYS = {
    "DATABASE_URL": "DB_NAME",
    "JWT_SECRET_KEY": "JWT_SECRET_KEYS",
    "MEDIA_ROOT": "S3_BUCKET",
}
"""What production needs, and what may be set in its place."""


def _(words: str) -> str:
    """Marks words for the catalogues. Django's own marker needs settings made from these."""
    return words


class Environment(BaseSettings):
    """What the process was told by its environment, checked as a whole."""

    model_config = SettingsConfigDict(
        case_sensitive=True,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    ENVIRONMENT: Literal["dev", "prod"] = "dev"
    DEBUG: OffInProduction = NOT_SET
    SECRET_KEY: Annotated[
        str,
        by_default(
            development="development-only-secret-key-never-use-in-production", production=""
        ),
    ] = NOT_SET
    JWT_SECRET_KEYS: CommaSeparated = []
    JWT_SECRET_KEY: Annotated[
        str,
        by_default(development="development-only-jwt-key-never-use-in-production", production=""),
    ] = NOT_SET
    JWT_ALGORITHM: Literal["HS256", "HS384", "HS512"] = "HS256"
    JWT_ACCESS_TOKEN_EXPIRE_MINUTES: int = Field(30, ge=1, le=1440)
    ALLOWED_HOSTS: Annotated[CommaSeparated, by_default(development=["*"], production=[])] = NOT_SET
    CORS_ALLOWED_ORIGINS: CommaSeparated = []
    CSRF_TRUSTED_ORIGINS: CommaSeparated = []
    SITE_URL: WebAddress = "http://localhost:8000"
    TRUSTED_PROXY_COUNT: int = Field(0, ge=0, le=10)
    IP_COUNTRY_HEADER: str = Field("", pattern="^[A-Za-z0-9-]*$")
    STAFF_REQUIRE_2FA: OnInProduction = NOT_SET
    API_DOCS_ENABLED: bool = True
    SERVICE_WORKER: bool = True
    SUPPORT_CONTACT: Annotated[str, AfterValidator(support.checked)] = ""

    DB_NAME: str = ""
    DB_USER: str = ""
    DB_PASSWORD: str = ""
    DB_HOST: str = ""
    DB_PORT: int = 5432
    DATABASE_URL: DatabaseAddress = ""
    DB_POOLED: bool = False

    TWILIO_TEST_MODE: OffInProduction = NOT_SET
    TWILIO_ACCOUNT_SID: str = ""
    TWILIO_AUTH_TOKEN: str = ""
    TWILIO_PHONE_NUMBER: str = ""
    TWILIO_MESSAGING_SERVICE_SID: str = ""
    TWILIO_API_URL: str = "https://api.twilio.com"
    SMS_STATUS_CALLBACKS: OnInProduction = NOT_SET
    TWILIO_WHATSAPP_NUMBER: str = Field("", pattern=r"^(\+[1-9][0-9]{6,14})?$")
    TWILIO_WHATSAPP_CONTENT_SID: str = ""
    OTP_CHANNELS: Annotated[CommaSeparated, AfterValidator(sms_first)] = ["sms"]

    EMAIL_LOGIN_ENABLED: bool = True
    EMAIL_HOST: str = ""
    EMAIL_PORT: int = Field(587, ge=1, le=65535)
    EMAIL_HOST_USER: str = ""
    EMAIL_HOST_PASSWORD: str = ""
    EMAIL_SECURITY: Literal["starttls", "tls", "none"] = "starttls"
    EMAIL_FROM: str = "Loopin <no-reply@localhost>"

    UNIFIED_SIGNUP: bool = False
    OTP_LENGTH: int = Field(4, ge=4, le=8)
    OTP_DAILY_GUESSES: int = Field(9, ge=3, le=100)
    OTP_SPRAY_THRESHOLD: int = Field(500, ge=1, le=1_000_000)
    OTP_TEST_NUMBERS: Annotated[CommaSeparated, AfterValidator(check_test_numbers)] = []
    VERIFICATIONS_PER_IP: int = Field(100, ge=1, le=1_000_000)
    SMS_PER_NUMBER: int = Field(5, ge=1, le=1_000_000)
    SMS_PER_ACCOUNT: int = Field(10, ge=1, le=1_000_000)
    SMS_PER_IP: int = Field(30, ge=1, le=1_000_000)
    SMS_PER_PREFIX: int = Field(30, ge=1, le=1_000_000)
    SMS_PREFIX_VERIFIED_PERCENT: int = Field(20, ge=0, le=100)
    SMS_DAILY_BUDGET: int = Field(0, ge=0, le=100_000_000)
    SMS_ALLOWED_COUNTRIES: CommaSeparated = []
    PHONE_VALIDATION: Annotated[
        Literal["e164", "valid"], by_default(development="e164", production="valid")
    ] = NOT_SET
    NAME_MIN_LENGTH: int = Field(3, ge=1, le=100)
    MINIMUM_AGE: int = Field(18, ge=0, le=120)
    CONTACT_NOTICE: str = _(
        "You may call or message me about my sign-up and events. I can say stop at any time."
    )
    CONTACT_NOTICE_VERSION: str = Field("2026-11", max_length=20)
    LEAD_CONSENT_REQUIRED: bool = True
    LEAD_FIRST_CONTACT_MINUTES: int = Field(30, ge=1, le=100_000)
    LEAD_AUTO_ASSIGN: bool = False
    LEAD_STALLED_MINUTES: int = Field(60, ge=1, le=100_000)
    REVEALS_PER_DAY: int = Field(200, ge=1, le=100_000)
    LEAD_RETENTION_DAYS: int = Field(90, ge=1, le=3650)
    SECURITY_EVENT_RETENTION_DAYS: int = Field(365, ge=1, le=3650)
    SMS_PRICE: Decimal = Field(Decimal(0), ge=0, le=1000)
    SMS_CURRENCY: str = Field("INR", pattern="^[A-Z]{3}$")

    S3_BUCKET: str = ""
    S3_REGION: str = ""
    S3_ENDPOINT_URL: str = ""
    S3_ACCESS_KEY_ID: str = ""
    S3_SECRET_ACCESS_KEY: str = ""
    MEDIA_ROOT: str = ""
    MEDIA_URL: PicturesAddress = "/media/"

    WORKERS: int = Field(2, ge=1, le=64)
    WORKER_THREADS: int = Field(16, ge=2, le=256)
    LOG_FORMAT: Annotated[
        Literal["line", "json"], by_default(development="line", production="json")
    ] = NOT_SET

    @field_validator("SECRET_KEY", "JWT_SECRET_KEY", "DATABASE_URL", "MEDIA_ROOT")
    @classmethod
    def _is_given_in_production(cls, value: str, info: ValidationInfo) -> str:
        has_other_way = info.data.get(OTHER_WAYS.get(info.field_name or "", ""))
        if is_production(info.data) and not value and not has_other_way:
            raise ValueError("is required in production")
        return value

    @field_validator("DEBUG", "TWILIO_TEST_MODE")
    @classmethod
    def _is_off_in_production(cls, value: bool, info: ValidationInfo) -> bool:
        if is_production(info.data) and value:
            raise ValueError("must be false in production")
        return value

    @field_validator("OTP_CHANNELS")
    @classmethod
    def _has_what_it_takes(cls, value: list[str], info: ValidationInfo) -> list[str]:
        missing = [name for name in needed_by(value) if not info.data.get(name)]
        if missing and not info.data.get("TWILIO_TEST_MODE"):
            raise ValueError(f"lists channels that also need {' and '.join(missing)}")
        return value

    @field_validator("JWT_SECRET_KEY")
    @classmethod
    def _is_a_key_of_its_own(cls, value: str, info: ValidationInfo) -> str:
        if value and len(value.encode()) < MIN_JWT_KEY_BYTES:
            raise ValueError(f"must be at least {MIN_JWT_KEY_BYTES} bytes long")
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
            if not re.fullmatch(r"[\w.-]{1,32}", key_id, re.ASCII):
                raise ValueError("must be like 2026-03:key,2025-12:older-key")
            cls._is_a_key_of_its_own(key or "-", info)
        return value

    @property
    def jwt_keys(self) -> dict[str, str]:
        """The keys by their ids. The first signs; tokens without an id are of JWT_SECRET_KEY."""
        named = dict(item.split(":", 1) for item in self.JWT_SECRET_KEYS)
        return named | ({"": self.JWT_SECRET_KEY} if self.JWT_SECRET_KEY else {})


def read_environment() -> Environment:
    """Read the variables, `.env` (or the file named by `ENV_FILE`) standing in for missing ones.

    Raises:
        ImproperlyConfigured: one message that lists every problem at once, without values.
    """
    try:
        return Environment(_env_file=os.environ.get("ENV_FILE", ".env") or None)
    except ValidationError as error:
        problems = [
            f"  - {problem['loc'][0]} {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors(include_input=False, include_url=False)
        ]
        raise ImproperlyConfigured(
            "Loopin cannot start. Mend these environment variables:\n" + "\n".join(problems)
        ) from None
