"""Django REST framework: drfpasswordless under /passwordless, and the same by hand under /api."""

from peer_settings import *  # noqa: F403
from peer_settings import INSTALLED_APPS

INSTALLED_APPS += ["rest_framework", "rest_framework.authtoken", "drfpasswordless", "people"]
AUTH_USER_MODEL = "people.User"

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}
PASSWORDLESS_AUTH = {
    "PASSWORDLESS_AUTH_TYPES": ["MOBILE"],
    "PASSWORDLESS_MOBILE_NOREPLY_NUMBER": "+15005550006",
    "PASSWORDLESS_USER_MARK_MOBILE_VERIFIED": True,
    "PASSWORDLESS_SMS_CALLBACK": "people.sms.send",
}
