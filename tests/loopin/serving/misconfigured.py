"""The product with a setting that Django's system checks refuse."""

from tests.served import *  # noqa: F403

FILE_UPLOAD_TEMP_DIR = "/nowhere"
