"""Django settings, one file for every environment. `loopin/config/` reads the variables."""

from pathlib import Path

from whitenoise.compress import Compressor

from loopin import __version__
from loopin.config import content_security, cross_origin, middleware, passwords, public_routes
from loopin.config.database import (
    database_settings,
    migration_database_settings,
    replica_settings,
)
from loopin.config.environment import read_environment
from loopin.config.logging_settings import logging_settings
from loopin.config.storages import storages
from loopin.config.templates import template_settings

BASE_DIR = Path(__file__).resolve().parent.parent

env = read_environment()

ENVIRONMENT = env.ENVIRONMENT
IS_PRODUCTION = ENVIRONMENT == "prod"
DEBUG = env.DEBUG
SECRET_KEY = env.SECRET_KEY
HAS_ONE_SECRET = env.JWT_SECRET_KEY == env.SECRET_KEY  # development only warns of it
ENCRYPTION_KEYS = [*env.ENCRYPTION_KEYS, env.SECRET_KEY]  # the first encrypts, all decrypt
ALLOWED_HOSTS = env.ALLOWED_HOSTS
SITE_URL = env.site_url
SITE_URL_FOLLOWS_REQUESTS = env.follows_requests
API_DOCS_ENABLED = env.API_DOCS_ENABLED

INSTALLED_APPS = [
    "loopin",
    "interests",
    "accounts",
    "leads",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "corsheaders",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "ninja",
]

MIDDLEWARE = middleware.MIDDLEWARE
API_MIDDLEWARE = middleware.API_MIDDLEWARE
ROOT_URLCONF = "loopin.urls"
WSGI_APPLICATION = "loopin.wsgi.application"
TEST_RUNNER = "tests.runner.PytestRunner"
APPEND_SLASH = True
TEMPLATES = template_settings(BASE_DIR / "templates")

DATABASES = {"default": database_settings(env)} | replica_settings(env)
DATABASE_ROUTERS = ["loopin.replica.router.ReplicaRouter"]
MIGRATION_DATABASE = migration_database_settings(env)
# Where development keeps its data when no server is named, and what initdb is told of it.
EMBEDDED_FOLDER = BASE_DIR / "var" / "postgres"
EMBEDDED_OPTIONS: dict[str, str] = {}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.staff.auth_backend.SessionBackend"]
PASSWORD_HASHERS = passwords.HASHERS
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "leads:list"
AUTH_PASSWORD_VALIDATORS = passwords.VALIDATORS

# A language is one more line here and its catalogue: docs/decisions/029-languages.md.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("hi", "हिन्दी")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Kolkata"
USE_TZ = True
USE_I18N = True
# Ids, years and seconds are numbers too: those that are read for their size get `intcomma`.
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["loopin.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.MEDIA_ROOT or BASE_DIR / "media"
MEDIA_URL = env.MEDIA_URL
S3_BUCKET = env.S3_BUCKET
STORAGES = storages(env, MEDIA_ROOT, for_production=IS_PRODUCTION)
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not IS_PRODUCTION
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Source maps are large, and nobody but a developer with open tools asks for them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
CORS_ALLOWED_ORIGINS = env.CORS_ALLOWED_ORIGINS
CORS_ALLOW_HEADERS = cross_origin.ALLOW_HEADERS
CORS_EXPOSE_HEADERS = cross_origin.EXPOSE_HEADERS
CSRF_TRUSTED_ORIGINS = env.CSRF_TRUSTED_ORIGINS
CSRF_FAILURE_VIEW = "loopin.web.views.csrf_failure"

# The cookie carries a session id, the names of numbers that await their codes, and nothing secret;
# the row behind each decides whether it still counts (accounts/middleware.py).
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
# Browsers take a cookie of such a name only over HTTPS, for the whole host and for no other: no
# sibling subdomain can plant one (RFC 6265bis §4.1.3.2).
COOKIE_PREFIX = "__Host-" if IS_PRODUCTION else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
DEVICE_COOKIE_NAME = f"{COOKIE_PREFIX}device"
REGISTRANT_COOKIE_NAME = f"{COOKIE_PREFIX}registrant"  # accounts/email_accounts/claimants.py
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = IS_PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True

SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_REDIRECT_EXEMPT = [rf"^{public_routes.HEALTH}(/|$)"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_PRODUCTION else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = content_security.CONTENT_SECURITY_POLICY

TRUSTED_PROXY_COUNT = env.TRUSTED_PROXY_COUNT
IP_COUNTRY_HEADER = env.IP_COUNTRY_HEADER

SERVICE_WORKER = env.SERVICE_WORKER
SUPPORT_CONTACT = env.SUPPORT_CONTACT
SECURITY_CONTACT = env.SECURITY_CONTACT
SECURITY_POLICY = env.SECURITY_POLICY

IOS_APPS = env.IOS_APPS
ANDROID_APPS = env.ANDROID_APPS
ANDROID_SMS_HASH = env.ANDROID_SMS_HASH
MINIMUM_APP_VERSION = env.MINIMUM_APP_VERSION

COMPANY_NAME = env.COMPANY_NAME
LEGAL_DIR = env.LEGAL_DIR
GRIEVANCE_NAME = env.GRIEVANCE_NAME
GRIEVANCE_EMAIL = env.GRIEVANCE_EMAIL or env.SUPPORT_CONTACT
GRIEVANCE_PHONE = env.GRIEVANCE_PHONE

STAFF_REQUIRE_2FA = env.STAFF_REQUIRE_2FA
OTP_TOTP_ISSUER = "Loopin"

PUBLIC_ROUTES = public_routes.PUBLIC_ROUTES

JWT_KEYS = env.jwt_keys  # the first one signs
JWT_ACCESS_TOKEN_EXPIRE_MINUTES = env.JWT_ACCESS_TOKEN_EXPIRE_MINUTES

UNIFIED_SIGNUP = env.UNIFIED_SIGNUP
PHONE_VALIDATION = env.PHONE_VALIDATION
DEFAULT_COUNTRY = env.DEFAULT_COUNTRY
OTP_LENGTH = env.OTP_LENGTH
OTP_LIFETIME_SECONDS = 600
OTP_MAX_ATTEMPTS = 3
OTP_SPRAY_THRESHOLD = env.OTP_SPRAY_THRESHOLD
OTP_TEST_NUMBERS = env.OTP_TEST_NUMBERS
OTP_RESEND_SECONDS = [30, 60, 120, 300]

VERIFICATIONS_PER_IP = env.VERIFICATIONS_PER_IP
PROOF_OF_WORK = env.PROOF_OF_WORK
SMS_PER_NUMBER = env.SMS_PER_NUMBER
SMS_PER_ACCOUNT = env.SMS_PER_ACCOUNT
SMS_PER_IP = env.SMS_PER_IP
SMS_PER_PREFIX = env.SMS_PER_PREFIX
SMS_PREFIX_VERIFIED_PERCENT = env.SMS_PREFIX_VERIFIED_PERCENT
SMS_DAILY_BUDGET = env.SMS_DAILY_BUDGET
SMS_ALLOWED_COUNTRIES = env.SMS_ALLOWED_COUNTRIES
VARIABLES_SET = frozenset(env.model_fields_set)

NAME_MIN_LENGTH = env.NAME_MIN_LENGTH
NAME_FULL_STOPS = env.NAME_FULL_STOPS
MINIMUM_AGE = env.MINIMUM_AGE
PICTURES_REQUIRED = env.PICTURES_REQUIRED

CONTACT_NOTICE = env.CONTACT_NOTICE
CONTACT_NOTICE_VERSION = env.CONTACT_NOTICE_VERSION
LEAD_CONSENT_REQUIRED = env.LEAD_CONSENT_REQUIRED
LEAD_CONSENT_PROOF = env.LEAD_CONSENT_PROOF
LEAD_FIRST_CONTACT_MINUTES = env.LEAD_FIRST_CONTACT_MINUTES
LEAD_AUTO_ASSIGN = env.LEAD_AUTO_ASSIGN
LEAD_STALLED_MINUTES = env.LEAD_STALLED_MINUTES
REVEALS_PER_DAY = env.REVEALS_PER_DAY
INTERESTS_LOOK_SECONDS = 1  # how often a process looks for changes of the event interests
DESK_CURSOR_SECONDS = 0.25  # how long a process remembers where the timeline stood
DESK_SHARED_SECONDS = 10  # how long at most desks share what was read, while it is the same
DESK_COUNT_SECONDS = 60  # how long an estimate of more than 10 000 leads is shown
STAFF_CHECK_SECONDS = 1  # how long a process remembers that staff may still see what they saw
IMPORT_MAX_MB = env.IMPORT_MAX_MB
LEAD_RETENTION_DAYS = env.LEAD_RETENTION_DAYS
SECURITY_EVENT_RETENTION_DAYS = env.SECURITY_EVENT_RETENTION_DAYS
SMS_PRICE = env.SMS_PRICE
SMS_CURRENCY = env.SMS_CURRENCY

# A module of accounts/messaging/providers/. Test mode is one of them, and alone has an inbox.
SMS_PROVIDER = "log_only" if env.TWILIO_TEST_MODE else env.SMS_PROVIDER
INBOX_PATH = BASE_DIR / "var" / "inbox.jsonl" if env.TWILIO_TEST_MODE else None
SMS_CONNECT_TIMEOUT = 2  # seconds
SMS_READ_TIMEOUT = 5  # seconds
MESSAGE_WAIT_SECONDS = 1  # how long a request waits for the provider before it answers
MESSAGE_OUTAGE_LOOK_SECONDS = 60  # how often a process that knows of no outage looks for one
TWILIO_ACCOUNT_SID = env.TWILIO_ACCOUNT_SID
TWILIO_AUTH_TOKEN = env.TWILIO_AUTH_TOKEN
TWILIO_PHONE_NUMBER = env.TWILIO_PHONE_NUMBER
TWILIO_MESSAGING_SERVICE_SID = env.TWILIO_MESSAGING_SERVICE_SID
TWILIO_API_URL = env.TWILIO_API_URL
SMS_STATUS_CALLBACKS = env.SMS_STATUS_CALLBACKS
TWILIO_WHATSAPP_NUMBER = env.TWILIO_WHATSAPP_NUMBER
TWILIO_WHATSAPP_CONTENT_SID = env.TWILIO_WHATSAPP_CONTENT_SID
OTP_CHANNELS = env.OTP_CHANNELS

EMAIL_LOGIN_ENABLED = env.EMAIL_LOGIN_ENABLED
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if env.EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_HOST = env.EMAIL_HOST
EMAIL_PORT = env.EMAIL_PORT
EMAIL_HOST_USER = env.EMAIL_HOST_USER
EMAIL_HOST_PASSWORD = env.EMAIL_HOST_PASSWORD
EMAIL_USE_TLS = env.EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = env.EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 5  # seconds, for each step
DEFAULT_FROM_EMAIL = env.EMAIL_FROM

WORKERS = env.WORKERS
WORKER_THREADS = env.WORKER_THREADS
METRICS_PORT = env.METRICS_PORT
METRICS_HOST = env.METRICS_HOST
METRICS_TOKEN = env.METRICS_TOKEN
SENTRY_DSN = env.SENTRY_DSN
SENTRY_ENVIRONMENT = env.SENTRY_ENVIRONMENT or env.ENVIRONMENT
SENTRY_RELEASE = env.SENTRY_RELEASE or f"loopin@{__version__}"
SENTRY_SAMPLE_RATE = env.SENTRY_SAMPLE_RATE
SENTRY_TRACES_SAMPLE_RATE = env.SENTRY_TRACES_SAMPLE_RATE
OTEL_EXPORTER_OTLP_ENDPOINT = env.OTEL_EXPORTER_OTLP_ENDPOINT
OTEL_SERVICE_NAME = env.OTEL_SERVICE_NAME
OTEL_TRACES_SAMPLER_ARG = env.OTEL_TRACES_SAMPLER_ARG
LOGGING = logging_settings(env.LOG_FORMAT)
