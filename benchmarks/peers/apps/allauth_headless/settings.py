"""django-allauth headless: a number signs up with a code; the app keeps a session token."""

from peer_settings import *  # noqa: F403
from peer_settings import INSTALLED_APPS, MIDDLEWARE

INSTALLED_APPS += ["allauth", "allauth.account", "allauth.headless", "people"]
MIDDLEWARE += ["allauth.account.middleware.AccountMiddleware"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_USER_MODEL = "people.User"

ACCOUNT_ADAPTER = "people.adapter.Adapter"
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PHONE_VERIFICATION_ENABLED = True
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("app",)

# Its limits are kept in Django's cache, which is each process's own memory, and all requests come
# from one address. Neither they nor its precaution against enumeration are measured.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_PREVENT_ENUMERATION = False
