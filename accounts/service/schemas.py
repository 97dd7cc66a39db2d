"""What services send and are answered."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from accounts.models.service_account import ServiceScope
from accounts.sessions.schemas import TIME_EXAMPLE


class ServiceAccountOut(Schema):
    name: str = Field(examples=["events"])
    scopes: list[ServiceScope] = Field(examples=[["users:read"]])
    call_limit: int = Field(description="Calls in ten minutes.", examples=[600])
    key_id: int = Field(description="As the admin shows it.", examples=[3])
    key_expires_at: datetime = Field(examples=[TIME_EXAMPLE])
