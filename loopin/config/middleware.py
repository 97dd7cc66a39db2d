"""What a request passes on its way to a view, from the outermost: two ways that share no list."""

API_MIDDLEWARE = [
    "loopin.metrics.middleware.RequestMetricsMiddleware",
    "loopin.logs.request_log.RequestLogMiddleware",
    "loopin.doors.headers.ApiHeadersMiddleware",
    "loopin.doors.api_middleware.AddressesMiddleware",
    "loopin.doors.api_middleware.CorsMiddleware",
    "loopin.web.rate_limit_headers.RateLimitMiddleware",
    "loopin.web.site_address.SiteAddressMiddleware",
    "loopin.i18n.middleware.ApiLanguageMiddleware",
    "loopin.doors.errors.ApiErrorsMiddleware",
    "loopin.web.app_version.AppVersionMiddleware",
    "accounts.middleware.PublicOperationsMiddleware",
]
"""Of `/api/…` and `/auth/…`, but for the documentation, which is a page."""

MIDDLEWARE = [
    "loopin.doors.choice.DoorMiddleware",
    # What follows is the pages' alone.
    "loopin.metrics.middleware.RequestMetricsMiddleware",
    "leads.middleware.IdleDeskMiddleware",
    "loopin.logs.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "loopin.doors.headers.PrivacyHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "loopin.doors.compression.GZipMiddleware",
    "loopin.web.site_address.SiteAddressMiddleware",
    "loopin.i18n.middleware.PageLanguageMiddleware",
    "loopin.doors.errors.PageErrorsMiddleware",
    "leads.middleware.UnchangedDeskMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.KnownDeviceMiddleware",
    "accounts.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.StaffOnlyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
