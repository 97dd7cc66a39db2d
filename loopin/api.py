"""The JSON API: mounts each app's router and turns the framework's errors into ours."""

from codecs import BOM_UTF8
from typing import Any, NoReturn, cast

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser

from accounts.email_accounts.api import router as users_router
from accounts.messaging.api import router as sms_router
from accounts.passwords.api import router as passwords_router
from accounts.phone_change.api import router as phone_router
from accounts.pictures.api import router as pictures_router
from accounts.privacy.api import router as account_router
from accounts.profile.api import router as profile_router
from accounts.profile.version_1 import router as version_1_router
from accounts.service.api import router as service_router
from accounts.sessions.api import router as sessions_router
from accounts.signin.api import router as accounts_router
from interests.api import router as interests_router
from leads.api.routes import router as leads_router
from leads.webhooks import catalogue
from leads.webhooks.api import router as webhooks_router
from loopin import __version__, errors
from loopin.health.api import router as health_router
from loopin.web import body_errors, openapi_info, openapi_webhooks
from loopin.web.api_docs import ApiDocs
from loopin.web.api_root import router as about_router
from loopin.web.openapi_document import publish
from loopin.web.views import if_enabled


class JSONParser(Parser):
    """Reads a JSON object in UTF-8. The mark that some editors and libraries put before it is
    ignored, as RFC 8259 §8.1 allows."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise errors.UnsupportedMediaType
        try:
            body = orjson.loads(request.body.removeprefix(BOM_UTF8))
        except orjson.JSONDecodeError:
            raise errors.InvalidJSON from None
        if not isinstance(body, dict):
            raise errors.ValidationFailed([body_errors.NOT_AN_OBJECT])
        return body


class LoopinAPI(NinjaAPI):
    """Raises every error as a LoopinError, which `ApiErrorsMiddleware` turns into the
    answer."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The whole name of the view, of which `publish` makes the id that clients see."""
        return f"{operation.view_func.__module__}.{operation.view_func.__name__}"

    def get_openapi_schema(self, **options: Any) -> Any:
        document = super().get_openapi_schema(**options)
        document["webhooks"], schemas = openapi_webhooks.describe(
            catalogue.described_webhooks(), headers=catalogue.HEADERS, answers=catalogue.ANSWERS
        )
        document["components"]["schemas"] |= schemas
        document["info"]["contact"] = openapi_info.contact()  # development sets SITE_URL late
        return publish(document, always=errors.OF_EVERY_ADDRESS)

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Ninja makes an answer before it calls a view, which here has one of its own. There is
        none, since one for all requests would show people what others were answered."""
        return cast(HttpResponse, None)

    def create_response(self, request: HttpRequest, data: Any, **options: Any) -> NoReturn:
        raise TypeError("Operations answer with an HttpResponse: see loopin.web.http.")

    def on_exception(self, request: HttpRequest, exc: Any) -> NoReturn:
        raise _translate_error(exc)


def _translate_error(exc: Exception) -> Exception:
    if isinstance(exc, RequestDataTooBig):
        return errors.BodyTooLarge()
    if isinstance(exc, HttpError) and isinstance(exc.__cause__, errors.LoopinError):
        return exc.__cause__
    return body_errors.translate(exc) if isinstance(exc, ValidationError) else exc


api = LoopinAPI(
    title="Loopin",
    version=__version__,
    description=openapi_info.DESCRIPTION,
    servers=openapi_info.SERVERS,
    openapi_extra=openapi_info.whole(),
    docs=ApiDocs(),
    docs_url="/docs/",
    docs_decorator=if_enabled,
    parser=JSONParser(),
    urls_namespace="api",
)
api.add_router("", about_router)
api.add_router("/health", health_router)
api.add_router("", sms_router)
api.add_router("/auth", interests_router)
api.add_router("/auth", accounts_router)
api.add_router("/auth", profile_router)
api.add_router("/auth", version_1_router)
api.add_router("/auth", sessions_router)
api.add_router("/auth", account_router)
api.add_router("/auth", phone_router)
api.add_router("/auth", pictures_router)
api.add_router("/users", users_router)
api.add_router("/users", passwords_router)
api.add_router("/leads", leads_router)
api.add_router("/service", service_router)
api.add_router("/service", webhooks_router)
