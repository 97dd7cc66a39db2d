"""The bodies and answers of the API for signing in by phone."""

from pydantic import Field

from accounts.codes.schemas import PHONE_EXAMPLE, CodeIn
from accounts.sessions.schemas import REFRESH_TOKEN_EXAMPLE, DeviceNamed, KnownDeviceOut


class SignInIn(DeviceNamed, CodeIn):
    pass


class VerifiedOut(KnownDeviceOut):
    user_id: int = Field(examples=[4])
    phone_number: str = Field(examples=[PHONE_EXAMPLE])
    needs_profile_completion: bool = Field(examples=[True])
    is_verified: bool = Field(examples=[True])
    expires_in: int = Field(description="Seconds the token lives.", examples=[1800])
    refresh_token: str = Field(
        description="Exchange it at /api/auth/refresh when the token has expired.",
        examples=[REFRESH_TOKEN_EXAMPLE],
    )


class LoggedInOut(VerifiedOut):
    name: str | None = Field(examples=["Asha Rao"])
    email: str | None = Field(examples=["asha@example.com"])
    needs_profile_completion: bool = Field(examples=[False])
