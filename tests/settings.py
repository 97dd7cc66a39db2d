"""The product's settings, told by their own environment, sending SMS to a loopback provider."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

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

from loopin.settings import *  # noqa: E402, F403

DESK_CURSOR_SECONDS = 0  # a test asks again at once
INBOX_PATH = Path(tempfile.mkdtemp(prefix="loopin-inbox-")) / "inbox.jsonl"

# The first is fast. The second is the product's, for staff who sign in to the live server.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
