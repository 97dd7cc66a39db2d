from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from loopin.api import api
from loopin.legal import views as legal
from loopin.web import pwa, well_known
from loopin.web.route_limits import limited_by_proxy

handler400 = "loopin.web.views.bad_request"
handler403 = "loopin.web.views.forbidden"
handler404 = "loopin.web.views.not_found"
handler500 = "loopin.web.views.server_error"

choose_language = limited_by_proxy("it sets a cookie, without a statement")(
    require_POST(set_language)
)

urlpatterns = [
    path("api/", api.urls),  # the first, because most requests are for it
    path("", include("accounts.urls")),
    path("", include("leads.resume.urls")),
    path("leads/", include("leads.urls")),
    path("language/", choose_language, name="set_language"),
    path("privacy/", legal.privacy, name="privacy"),
    path("terms/", legal.terms, name="terms"),
    path("offline/", pwa.offline, name="offline"),
    path("sw.js", pwa.service_worker, name="service_worker"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("robots.txt", pwa.robots, name="robots"),
    path(".well-known/", include(well_known)),
    path("", include("loopin.guides.urls")),
    path("django/admin/", include("accounts.staff.urls")),
    path("django/admin/", admin.site.urls),
]
