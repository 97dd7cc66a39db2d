"""What the `data` of messages has: ids, and as little else as will do."""

from uuid import UUID

from ninja import Schema
from pydantic import Field

from accounts.phone.masking import MASKED_EXAMPLE
from leads.models.lead_choices import Source, Stage, Status
from leads.models.lead_consent import Proof


class LeadData(Schema):
    lead_id: int = Field(examples=[12])
    user_id: int | None = Field(description="Null before a number is proven.", examples=[4])
    stage: Stage = Field(description="How far the sign-up came.", examples=["verified"])
    status: Status = Field(description="What staff made of it.", examples=["new"])
    source: Source = Field(examples=["web"])
    country: str = Field(description="Two letters.", examples=["IN"])
    phone: str | None = Field(
        description="Masked; null once the person is deleted.", examples=[MASKED_EXAMPLE]
    )


class UserData(Schema):
    user_id: int = Field(examples=[4])
    lead_id: int | None = Field(description="Null if there is no lead.", examples=[12])
    country: str | None = Field(description="Two letters.", examples=["IN"])
    phone: str | None = Field(
        description="Masked; null without a proven number, or once the person is deleted.",
        examples=[MASKED_EXAMPLE],
    )


class ProfileUpdatedData(UserData):
    fields: list[str] = Field(
        description="The names of the fields that changed, as the API has them, without values.",
        examples=[["bio", "event_interests"]],
    )


class UserDeletedData(Schema):
    user_id: int = Field(examples=[4])


class ConsentData(UserData):
    contact_consent: bool | None = Field(
        description="Whether the person may be contacted; null if nothing is known any more.",
        examples=[True],
    )
    proof: Proof | None = Field(description="How that is known.", examples=["proven"])


class SessionData(Schema):
    user_id: int = Field(examples=[4])
    session_id: UUID = Field(
        description="`sid` of the access tokens that are void from here on.",
        examples=["3f0c2a52-6a0e-4f7d-9a53-0a8d2f8f4b11"],
    )


class TestData(Schema):
    __test__ = False  # pytest would take it for tests

    endpoint_id: int = Field(examples=[3])
