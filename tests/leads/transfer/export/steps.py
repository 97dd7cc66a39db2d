"""The steps of an export, as a browser takes them."""

import csv
import io
from datetime import timedelta

from django.utils import timezone

from leads.models import Lead, LeadExport
from leads.models.lead_event import EventKind
from tests.leads.statuses import write

URL = "/leads/export/"


def lead(phone_number, **changes):
    Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
    write(Lead.objects.filter(phone_number=phone_number), **changes)
    return Lead.objects.get(phone_number=phone_number)


def ask(browser, query="", **data):
    response = browser.post(f"{URL}{query}", {"confirmed": "yes", "numbers": "masked", **data})
    assert response.status_code == 302, response.content.decode()
    return LeadExport.objects.latest("pk")


def download(browser, export):
    response = browser.get(f"/leads/exports/{export.pk}/leads.csv")
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content)


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))


def ages(export, **by):
    """As if it had been asked for, and its last rows sent, so much earlier."""
    moment = timezone.now() - timedelta(**by)
    LeadExport.objects.filter(pk=export.pk, active_at__isnull=False).update(active_at=moment)
    LeadExport.objects.filter(pk=export.pk).update(created_at=moment)
