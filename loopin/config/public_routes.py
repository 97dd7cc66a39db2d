"""The routes that people who are not staff may open."""

HEALTH = "api/health"
"""Load balancers ask it and what lies below, without the host's name and without TLS."""

PUBLIC_ROUTES = [
    "",
    "signup/",
    "login/*",
    "password/*",
    "verify/*",
    "logout/",
    "language/",
    "privacy/",
    "terms/",
    "profile/*",
    "resume/*",
    "dev/inbox/",  # test mode's alone
    "media/*",
    "docs/*",
    "PHONE_AUTHENTICATION.md",
    "EMAIL_ACCOUNTS.md",
    "offline/",
    "sw.js",
    "manifest.webmanifest",
    "robots.txt",
    ".well-known/*",
    "api/",
    HEALTH,
    f"{HEALTH}/*",
    "api/docs/",
    "api/openapi.json",
    "api/auth/*",
    "api/users/*",
    "api/sms-status/",  # signed by the provider
    # Staff's, who call it by token or by the browser's session, and those of service accounts:
    # every operation of their routers asks (leads/api/routes.py, accounts/service/api.py).
    "api/leads/*",
    "api/service/*",
    # The way in and out for staff. These look after themselves.
    "django/admin/login/",
    "django/admin/logout/",
    "django/admin/second-factor/",
    "django/admin/invitation/*",
    "django/admin/second-factor/enrol/",
    "django/admin/second-factor/qr.svg",
]
"""`*` stands for whatever follows. Every other address is closed to all but staff, one that is
added tomorrow too: see accounts/middleware.py."""
