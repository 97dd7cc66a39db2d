"""Rows with which the candidates are measured, so that nobody has empty tables.

Each statement makes `people` people who signed in some time ago, with what the candidate keeps of
one: codes that were used, sessions, profiles.
"""

INTERESTS = (
    *("Music & Concerts", "Sports & Fitness", "Food & Dining", "Art & Culture", "Technology"),
    *("Travel & Adventure", "Business & Networking", "Health & Wellness"),
    *("Education & Learning", "Entertainment"),
)

TABLE_OF_INTERESTS = {
    "allauth_headless": "people_interest",
    "bare_wsgi": "interest",
    "better_auth": "interest",
    "drf": "people_interest",
    "drfpasswordless": "people_interest",
    "fastapi_orm": "people_eventinterest",
}
TIMES_OF_INTERESTS = {"fastapi_orm": ", created_at, updated_at"}

NUMBERED = (
    "SELECT '+9160' || lpad(n::text, 8, '0') AS number, n FROM generate_series(1, %(people)s) AS n"
)

DRF_USERS = f"""
INSERT INTO people_user (mobile, mobile_verified, password, first_name, last_name, email, is_staff,
                         is_superuser, is_active, date_joined)
SELECT number, true, '!', '', '', '', false, false, true, now() FROM ({NUMBERED}) AS person
"""

PEOPLE: dict[str, tuple[str, ...]] = {
    "allauth_headless": (
        f"""
        INSERT INTO people_user (phone, phone_verified, password, name, is_active, date_joined)
        SELECT number, true, '!', '', true, now() FROM ({NUMBERED}) AS person
        """,
        f"""
        INSERT INTO django_session (session_key, session_data, expire_date)
        SELECT md5(number), repeat('x', 300), now() + interval '14 days'
        FROM ({NUMBERED}) AS person
        """,
    ),
    "drf": (
        DRF_USERS,
        f"""
        INSERT INTO people_phoneotp (phone_number, code_hash, attempts, expires_at, used)
        SELECT number, 'x', 0, now(), true FROM ({NUMBERED}) AS person
        """,
    ),
    "drfpasswordless": (),
    "fastapi_orm": (
        f"""
        INSERT INTO auth_user (username, password, is_superuser, first_name, last_name, email,
                               is_staff, is_active, date_joined)
        SELECT number, '!', false, '', '', '', false, true, now() FROM ({NUMBERED}) AS person
        """,
        """
        INSERT INTO people_userprofile (user_id, name, email, phone_number, bio, location, avatar,
                                        gender, profile_pictures, created_at, updated_at,
                                        is_verified, is_active)
        SELECT id, '', '', username, '', '', '', '', '[]', now(), now(), true, true FROM auth_user
        """,
        f"""
        INSERT INTO people_phoneotp (phone_number, otp_code, is_verified, created_at, expires_at,
                                     attempts)
        SELECT number, '1234', true, now(), now(), 0 FROM ({NUMBERED}) AS person
        """,
    ),
    "better_auth": (
        f"""
        INSERT INTO "user" (id, name, email, "emailVerified", "createdAt", "updatedAt",
                            "phoneNumber", "phoneNumberVerified")
        SELECT md5(number), number, n || '@example.invalid', false, now(), now(), number, true
        FROM ({NUMBERED}) AS person
        """,
        f"""
        INSERT INTO session (id, "expiresAt", token, "createdAt", "updatedAt", "userId")
        SELECT md5(number), now() + interval '7 days', md5('t' || number), now(), now(),
               md5(number)
        FROM ({NUMBERED}) AS person
        """,
    ),
    "bare_wsgi": (
        f"INSERT INTO person (phone_number) SELECT number FROM ({NUMBERED}) AS person",
        f"""
        INSERT INTO code (phone_number, digest, sent_at, expires_at, used_at)
        SELECT number, sha256(number::bytea), now(), now(), now() FROM ({NUMBERED}) AS person
        """,
    ),
}
"""By the name of the database."""

FILL_OURS = """
import runpy
import django
django.setup()
runpy.run_path({path!r})["fill"]({people})
"""
"""A program that makes the product's people, with their leads and timelines, also those of an
earlier revision, which may not have the module."""
