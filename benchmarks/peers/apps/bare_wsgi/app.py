"""The limit: the same job in one statement a request, and no framework.

One connection for each thread, statements prepared. Nothing is limited, logged or kept of a lead.
"""

import hmac
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import jwt
import orjson
import psycopg
from sent_codes import send_code

PEPPER, KEY = b"p" * 32, "k" * 48
HOUR = 3600

ISSUE = """
INSERT INTO code (phone_number, digest, sent_at, expires_at)
VALUES (%s, %s, now(), now() + interval '10 min')
ON CONFLICT (phone_number) DO UPDATE
SET digest = excluded.digest, sent_at = now(), expires_at = excluded.expires_at, attempts = 0,
    used_at = NULL, sends = code.sends + 1
WHERE code.sent_at < now() - interval '30 s'
RETURNING sends
"""

VERIFY = """
WITH tried AS (
    UPDATE code SET attempts = attempts + 1, used_at = CASE WHEN digest = %s THEN now() END
    WHERE phone_number = %s AND used_at IS NULL AND attempts < 5 AND expires_at > now()
    RETURNING used_at IS NOT NULL AS is_right
), person AS (
    INSERT INTO person (phone_number, last_login) SELECT %s, now() FROM tried WHERE is_right
    ON CONFLICT (phone_number) DO UPDATE SET last_login = now()
    RETURNING id
)
SELECT is_right, person.id FROM tried LEFT JOIN person ON true
"""

FIELDS = (
    *("id", "phone_number", "name", "email", "bio", "location", "birth_date", "gender"),
    *("pictures", "is_active", "created_at"),
)
PROFILE = f"SELECT {', '.join(FIELDS)} FROM person WHERE id = %s AND is_active"
INTERESTS = "SELECT id, name, description FROM interest WHERE is_active ORDER BY name"

_of_thread = threading.local()

Environ = dict[str, Any]


def _row(sql: str, *parameters: Any) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = _connection().execute(sql, parameters).fetchone()
    assert row is not None
    return row


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(_of_thread, "connection"):
        _of_thread.connection = psycopg.connect(autocommit=True, prepare_threshold=1)
    connection: psycopg.Connection[Any] = _of_thread.connection
    return connection


def _digest(phone_number: str, code: str) -> bytes:
    return hmac.digest(PEPPER, f"{phone_number}|{code}".encode(), "sha256")


def _body(environ: Environ) -> dict[str, str]:
    body: dict[str, str] = orjson.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    return body


def hello(environ: Environ) -> Any:
    return {"message": "hello"}


def signup(environ: Environ) -> Any:
    phone_number, code = _body(environ)["phone_number"], f"{secrets.randbelow(10**6):06}"
    _row(ISSUE, phone_number, _digest(phone_number, code))
    send_code(phone_number, code)
    return {"success": True, "message": "OTP sent", "data": {"phone_number": phone_number}}


def verify(environ: Environ) -> Any:
    sent = _body(environ)
    phone_number = sent["phone_number"]
    digest = _digest(phone_number, sent["otp_code"])
    is_right, user_id = _row(VERIFY, digest, phone_number, phone_number)
    assert is_right
    now = int(time.time())
    token = jwt.encode({"sub": str(user_id), "iat": now, "exp": now + HOUR}, KEY, "HS256")
    data = {"user_id": user_id, "phone_number": phone_number}
    return {"success": True, "message": "OTP verified", "token": token, "data": data}


def profile(environ: Environ) -> Any:
    token = environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
    user_id = int(jwt.decode(token, KEY, ["HS256"])["sub"])
    return dict(zip(FIELDS, _row(PROFILE, user_id), strict=True))


def interests(environ: Environ) -> Any:
    found = _connection().execute(INTERESTS).fetchall()
    names = ("id", "name", "description")
    return {"success": True, "data": [dict(zip(names, row, strict=True)) for row in found]}


ROUTES: dict[str, Callable[[Environ], Any]] = {
    "/api/hello": hello,
    "/api/auth/signup": signup,
    "/api/auth/verify-otp": verify,
    "/api/auth/profile": profile,
    "/api/event-interests": interests,
}


def application(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    answer = orjson.dumps(ROUTES[environ["PATH_INFO"]](environ), default=_told)
    length = str(len(answer))
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", length)])
    return [answer]


def _told(value: Any) -> str:
    assert isinstance(value, date | datetime)
    return value.isoformat()
