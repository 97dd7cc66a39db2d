"""The endpoints of the first design."""

import time
from typing import Annotated, Any

import jwt
from django.contrib.auth.models import User
from django.utils import timezone
from fastapi import FastAPI, Header, HTTPException
from people import rows
from pydantic import BaseModel, Field
from sent_codes import send_code

KEY = "k" * 48
MAX_ATTEMPTS = 3

app = FastAPI()


class Phone(BaseModel):
    phone_number: Annotated[str, Field(pattern=r"^\+\d{7,15}$")]


class Verification(Phone):
    otp_code: Annotated[str, Field(pattern=r"^\d{4}$")]


class Answer(BaseModel):
    success: bool
    message: str
    token: str | None = None
    data: Any = None


def _token(user: User) -> str:
    claims = {"user_id": user.id, "phone_number": user.username, "exp": int(time.time()) + 1800}
    return jwt.encode(claims, KEY, "HS256")


@app.get("/api/hello")
async def hello() -> dict[str, str]:
    return {"message": "hello"}


@app.post("/api/auth/signup")
async def signup(phone: Phone) -> Answer:
    user = await rows.find_user(phone.phone_number)
    profile = await rows.find_profile(user) if user else None
    if profile and profile.name:
        return Answer(success=False, message="User already exists")
    send_code(phone.phone_number, await rows.issue_code(phone.phone_number))
    data = {"phone_number": phone.phone_number}
    return Answer(success=True, message="OTP sent successfully to your phone number", data=data)


@app.post("/api/auth/verify-otp")
async def verify(sent: Verification) -> Answer:
    challenge = await rows.find_code(sent.phone_number)
    if (
        challenge is None
        or challenge.expires_at < timezone.now()
        or challenge.attempts >= MAX_ATTEMPTS
    ):
        raise HTTPException(400, "Invalid OTP")
    if challenge.otp_code != sent.otp_code:
        challenge.attempts += 1
        await rows.save(challenge)
        raise HTTPException(400, "Invalid OTP")
    challenge.is_verified = True
    await rows.save(challenge)
    user = await rows.get_or_create_user(sent.phone_number)
    await rows.get_or_create_profile(user)
    return Answer(
        success=True,
        message="OTP verified successfully. Please complete your profile.",
        token=_token(user),
        data={"user_id": user.id, "phone_number": user.username, "needs_profile_completion": True},
    )


@app.get("/api/auth/profile")
async def profile(authorization: Annotated[str, Header()]) -> dict[str, Any]:
    try:
        claims = jwt.decode(authorization.removeprefix("Bearer "), KEY, ["HS256"])
    except jwt.PyJWTError as error:
        raise HTTPException(401, "Invalid token") from error
    return await rows.profile_of(claims["user_id"])


@app.get("/api/event-interests")
async def event_interests() -> Answer:
    message = "Event interests retrieved successfully"
    return Answer(success=True, message=message, data=await rows.interests())
