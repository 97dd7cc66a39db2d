"""The product's settings, told by their own environment, sending SMS to a loopback provider."""

import atexit
import os
import shutil
import tempfile

from loopin.config.environment import Environment
from tests import twilio

PROVIDER = twilio.start()

PICTURES = tempfile.mkdtemp(prefix="loopin-pictures-")
atexit.register(shutil.rmtree, PICTURES, ignore_errors=True)

for name in Environment.model_fields:
    if name != "DATABASE_URL" and not name.startswith("DB_"):
        os.environ.pop(name, None)

os.environ |= {
    "ENV_FILE": "",
    "ENVIRONMENT": "dev",
    "DEBUG": "false",
    "PHONE_VALIDATION": "e164",
    "TWILIO_TEST_MODE": "false",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": twilio.AUTH_TOKEN,
    "TWILIO_MESSAGING_SERVICE_SID": twilio.SERVICE,
    "TWILIO_API_URL": PROVIDER.url,
    "SITE_URL": "https://loopin.example",
    "MEDIA_ROOT": PICTURES,
}

# Tests count messages, digits and days by these numbers, so another default breaks none of them.
os.environ |= {
    "JWT_ACCESS_TOKEN_EXPIRE_MINUTES": "30",
    "OTP_LENGTH": "4",
    "OTP_SPRAY_THRESHOLD": "500",
    "VERIFICATIONS_PER_IP": "100",
    "PROOF_OF_WORK": "off",
    "SMS_PER_NUMBER": "5",
    "SMS_PER_ACCOUNT": "10",
    "SMS_PER_IP": "30",
    "SMS_PER_PREFIX": "30",
    "SMS_PREFIX_VERIFIED_PERCENT": "20",
    "SMS_DAILY_BUDGET": "0",
    "NAME_MIN_LENGTH": "3",
    "MINIMUM_AGE": "18",
    "PICTURES_REQUIRED": "true",
    "LEAD_FIRST_CONTACT_MINUTES": "30",
    "LEAD_STALLED_MINUTES": "60",
    "REVEALS_PER_DAY": "200",
    "LEAD_RETENTION_DAYS": "90",
    "SECURITY_EVENT_RETENTION_DAYS": "365",
    "WORKERS": "2",
    "WORKER_THREADS": "16",
}

from loopin.settings import *  # noqa: E402, F403

MIDDLEWARE = [
    "tests.commits.CommitsMiddleware",
    "tests.answers.AnswersMiddleware",
    *MIDDLEWARE,  # noqa: F405
]

# What tests write is not worth waiting for the disk.
EMBEDDED_FOLDER = BASE_DIR / "var" / "postgres-of-tests"  # noqa: F405
EMBEDDED_OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

OTP_LIFETIME_SECONDS = 600
OTP_MAX_ATTEMPTS = 3
OTP_RESEND_SECONDS = [30, 60, 120, 300]
DESK_SHARED_SECONDS = DESK_COUNT_SECONDS = 0
DESK_CURSOR_SECONDS = STAFF_CHECK_SECONDS = 0  # a test asks again at once
INTERESTS_LOOK_SECONDS = float("inf")  # tests count statements
MESSAGE_OUTAGE_LOOK_SECONDS = float("inf")  # tests count statements

# The first is fast. The second is the product's, for staff who sign in to the live server.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
