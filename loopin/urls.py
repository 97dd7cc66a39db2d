from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from loopin import browser_files, views
from loopin.api import api

handler400 = "loopin.views.bad_request"
handler403 = "loopin.views.forbidden"
handler404 = "loopin.views.not_found"
handler500 = "loopin.views.server_error"

GUIDES = ("PHONE_AUTHENTICATION.md", "EMAIL_ACCOUNTS.md")
"""For those who build apps, one for each kind of account."""

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("leads.public_urls")),
    path("leads/", include("leads.urls")),
    path("api/", api.urls),
    path("language/", set_language, name="set_language"),
    path("offline/", browser_files.offline, name="offline"),
    path("sw.js", browser_files.service_worker, name="service_worker"),
    path("manifest.webmanifest", browser_files.manifest, name="manifest"),
    path("robots.txt", browser_files.robots, name="robots"),
    *(path(guide, views.integration_guide, {"name": guide}) for guide in GUIDES),
    path("django/admin/", include("accounts.staff_urls")),
    path("django/admin/", admin.site.urls),
]
