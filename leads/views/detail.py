from django.http import HttpRequest, HttpResponse

from leads.errors import LeadNotFound


def lead_detail(request: HttpRequest, lead_id: int) -> HttpResponse:
    raise LeadNotFound


def claim(request: HttpRequest, lead_id: int) -> HttpResponse:
    raise LeadNotFound
