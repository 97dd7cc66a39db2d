"""From the first code to the end of the session, with the client of openapi-python-client.

python journey.py SITE_URL PHONE_NUMBER LOG_PATH PICTURE_PATH
"""

import datetime
import re
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import TypeVar

from loopin_client import AuthenticatedClient, Client
from loopin_client.api.phone_authentication import signup, verify_otp
from loopin_client.api.pictures import upload_pictures
from loopin_client.api.profile import complete_profile, read_profile
from loopin_client.api.sessions import list_sessions, logout, refresh
from loopin_client.models import (
    CodeRequestInput,
    ErrorCode,
    Failure,
    Gender,
    ProfileInput,
    RefreshInput,
    SignInInput,
    UploadPicturesBody,
)
from loopin_client.types import File, Response, Unset

Answer = TypeVar("Answer")

site_url, phone_number, log_path, picture_path = sys.argv[1:]


def last_code() -> str:
    """The code that test mode wrote to the log."""
    for _ in range(200):
        found = re.findall(rf"OTP for {re.escape(phone_number)}: (\d+)", Path(log_path).read_text())
        if found:
            return str(found[-1])
        time.sleep(0.05)
    raise LookupError("no code in the log")


def wrong_code_for(code: str) -> str:
    return f"{code[:-1]}{(int(code[-1]) + 1) % 10}"


def tell(step: str, response: Response[Answer], word: object = "") -> None:
    sys.stdout.write(f"{step}: {response.status_code:d} {word}".strip() + "\n")


def success(response: Response[Answer | Failure]) -> Answer:
    """The answer that is no failure; the journey ends where it is one."""
    if response.parsed is None or isinstance(response.parsed, Failure):
        raise LookupError(response)
    return response.parsed


def failure(response: Response[Answer | Failure]) -> Failure:
    if isinstance(response.parsed, Failure):
        return response.parsed
    raise LookupError(response)


def present(value: Answer | Unset | None) -> Answer:
    if value is None or isinstance(value, Unset):
        raise LookupError(value)
    return value


stranger = Client(base_url=site_url)

asked = signup.sync_detailed(client=stranger, body=CodeRequestInput(phone_number=phone_number))
tell("ask", asked, success(asked).data.otp_length)

code = last_code()
wrong = SignInInput(phone_number=phone_number, otp_code=wrong_code_for(code))
refused = verify_otp.sync_detailed(client=stranger, body=wrong)
if failure(refused).code is not ErrorCode.OTP_INVALID:
    raise LookupError(refused)
tell("wrong code", refused, failure(refused).code)

right = SignInInput(phone_number=phone_number, otp_code=code)
verified = verify_otp.sync_detailed(client=stranger, body=right)
signed_in = success(verified)
tell("verify", verified, str(signed_in.data.needs_profile_completion).lower())

client = AuthenticatedClient(base_url=site_url, token=present(signed_in.token))
picture = File(BytesIO(Path(picture_path).read_bytes()), "me.jpg", "image/jpeg")
uploaded = upload_pictures.sync_detailed(client=client, body=UploadPicturesBody(files=[picture]))
uploaded_picture = success(uploaded).data.pictures[0]
tell("upload", uploaded, uploaded_picture.width)

profile = ProfileInput(
    name="Asha Rao",
    birth_date=datetime.date(1998, 4, 23),
    gender=Gender.FEMALE,
    event_interests=[1, 3],
    profile_pictures=[uploaded_picture.url],
)
completed = complete_profile.sync_detailed(client=client, body=profile)
tell("profile", completed, success(completed).data.name)

renewal = RefreshInput(refresh_token=signed_in.data.refresh_token)
refreshed = refresh.sync_detailed(client=stranger, body=renewal)
client = AuthenticatedClient(base_url=site_url, token=present(success(refreshed).token))
tell("refresh", refreshed)

sessions = list_sessions.sync_detailed(client=client)
tell("sessions", sessions, sum(one.is_current for one in success(sessions).data))

left = logout.sync_detailed(client=client)
tell("log out", left)

over = read_profile.sync_detailed(client=client)
tell("profile", over, failure(over).code)
