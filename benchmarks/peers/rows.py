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

OURS = (
    """
    INSERT INTO accounts_user (phone_number, username, password, is_verified)
    SELECT phone_number, phone_number, '!', true FROM leads_lead
    """,
    """
    INSERT INTO accounts_userprofile (user_id, name, birth_date, gender, avatar, bio, location,
                                      created_at, updated_at)
    SELECT id, 'Asha Rao', '1998-04-23', 'female', 'https://cdn.example.com/1.jpg', 'Runs.',
           'Pune', now(), now()
    FROM accounts_user WHERE NOT is_staff
    """,
    """
    INSERT INTO accounts_session (id, user_id, device, device_name, expires_at, refresh_hash,
                                  refresh_parent_hash)
    SELECT gen_random_uuid(), id, 'phone', '', now() + interval '30 days', md5(phone_number), ''
    FROM accounts_user WHERE NOT is_staff
    """,
    """
    INSERT INTO accounts_phoneotp (recipient, purpose, is_known_device, otp_hash, otp_salt,
                                   otp_length, attempts, sends, is_verified, created_at, sent_at,
                                   expires_at, consumed_at)
    SELECT phone_number, 'sign_in', false, '', '', 4, 1, 1, true, asked.at, asked.at,
           asked.at + interval '10 minutes', asked.at + interval '1 minute'
    FROM leads_lead, LATERAL (SELECT now() - interval '1 day') AS asked(at)
    """,
)
"""Beside the leads and their timeline, which `benchmarks.desk_data` makes: everybody of them has an
account, a profile, a session and a used code."""

FILL_LEADS = """
import django
django.setup()
from benchmarks import desk_data
desk_data.fill({people}, {people} * 3)
"""
