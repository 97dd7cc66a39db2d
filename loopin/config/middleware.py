"""What a request passes on its way to a view, from the outermost."""

# What only pages need is skipped on the API's path: see loopin/middleware.py.
MIDDLEWARE = [
    "loopin.metrics.middleware.RequestMetricsMiddleware",
    "loopin.logs.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "loopin.middleware.PrivacyHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "loopin.middleware.GZipMiddleware",
    "loopin.middleware.OtherAddressesMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "loopin.web.rate_limit_headers.RateLimitMiddleware",
    "loopin.web.site_address.SiteAddressMiddleware",
    "loopin.i18n.middleware.LanguageMiddleware",
    "loopin.middleware.ErrorResponseMiddleware",
    "loopin.web.app_version.AppVersionMiddleware",
    "leads.middleware.UnchangedDeskMiddleware",
    "loopin.middleware.CSPMiddleware",
    "loopin.middleware.SessionMiddleware",
    "loopin.middleware.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.KnownDeviceMiddleware",
    "accounts.middleware.AuthenticationMiddleware",
    "loopin.middleware.MessageMiddleware",
    "loopin.middleware.HtmxMiddleware",
    "accounts.middleware.StaffOnlyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
