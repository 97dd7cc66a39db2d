"""The bodies and answers of the API for sessions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from accounts.models.session import DEVICE_NAME_MAX_LENGTH
from accounts.sessions import known_devices, rules
from loopin.web.schemas import follows

ACCESS_EXAMPLE = "eyJhbGciOiJIUzI1NiJ9.eyJz…"

REFRESH_TOKEN_EXAMPLE = "PwwqUmoOT32aUwqN…"  # noqa: S105  an example


TIME_EXAMPLE = "2026-03-01T09:30:00+00:00"


DEVICE_TOKEN_EXAMPLE = "WzQsMCwiUHd3cVVtb09UMzIiXQ:1wAbCd:3yX9q0vT7mZ"  # noqa: S105  an example

TOKEN_MAX_LENGTH = 200
"""Longer than any of the opaque tokens that we give."""

DeviceName = Annotated[str, follows(rules.device_name)]

DEVICE_TOKEN_PARAMETER = {
    "name": known_devices.HEADER,
    "in": "header",
    "required": False,
    "description": "The last `device_token` that the app was given. What strangers did to the"
    " account does not count for a device that signed in to it before.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_:-]+$", "maxLength": TOKEN_MAX_LENGTH},
    "example": DEVICE_TOKEN_EXAMPLE,
}


class DeviceNamed(Schema):
    device_name: DeviceName | None = Field(
        None,
        description="What the person calls the device, for their list of devices. Of a longer name"
        f" the first {DEVICE_NAME_MAX_LENGTH} characters are kept; invisible ones are removed.",
        examples=["Asha's Pixel 8"],
    )


class KnownDeviceOut(Schema):
    device_token: str = Field(
        description="Keep it across sign-outs, and send it as the header `Device-Token`.",
        examples=[DEVICE_TOKEN_EXAMPLE],
    )


def _one_of_both(refresh_token: str | None, info: ValidationInfo) -> str | None:
    if refresh_token is not None or info.data.get("refresh") is not None:
        return refresh_token
    raise PydanticCustomError("required", "{message}", {"message": _("This field is required.")})


class RefreshIn(Schema):
    refresh: str | None = Field(
        None,
        description="The same, under its other name.",
        json_schema_extra={"maxLength": TOKEN_MAX_LENGTH},
    )
    refresh_token: Annotated[str | None, AfterValidator(_one_of_both)] = Field(
        None,
        validate_default=True,
        description="The last one you were given. It may be called `refresh` instead.",
        examples=[REFRESH_TOKEN_EXAMPLE],
        json_schema_extra={"maxLength": TOKEN_MAX_LENGTH},
    )

    @property
    def token(self) -> str:
        """The one that was sent; `refresh_token` if both were."""
        return str(self.refresh if self.refresh_token is None else self.refresh_token)


class RefreshedOut(Schema):
    access: str = Field(description="The same as `token`.", examples=[ACCESS_EXAMPLE])
    refresh: str = Field(
        description="The same as `refresh_token`.", examples=[REFRESH_TOKEN_EXAMPLE]
    )
    refresh_token: str = Field(
        description="Exchange it at /api/auth/refresh or /api/users/token/refresh/ when the token"
        " has expired. It takes the place of an earlier one.",
        examples=[REFRESH_TOKEN_EXAMPLE],
    )
    expires_in: int = Field(description="Seconds the token lives.", examples=[1800])


class SessionOut(Schema):
    id: UUID = Field(examples=["3f0c2a52-6a0e-4f7d-9a53-0a8d2f8f4b11"])
    device: str = Field(
        description="Its `device_name`, or the program and the system as far as they are known.",
        examples=["Chrome on Android"],
    )
    ip_address: str | None = Field(description="At sign-in.", examples=["203.0.113.7"])
    created_at: datetime = Field(description="The sign-in.", examples=[TIME_EXAMPLE])
    last_used_at: datetime = Field(description="To the minute.", examples=[TIME_EXAMPLE])
    is_current: bool = Field(description="Whether this is the caller's own.", examples=[True])


class EndedOut(KnownDeviceOut):
    ended: int = Field(description="Devices signed out.", examples=[2])
