from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from people.models import Interest


def hello(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"message": "hello"})


def interests(request: HttpRequest) -> JsonResponse:
    found = Interest.objects.filter(is_active=True).values("id", "name", "description")
    return JsonResponse({"success": True, "data": list(found)})


urlpatterns = [
    path("_allauth/", include("allauth.headless.urls")),
    path("api/hello", hello),
    path("api/event-interests", interests),
]
