"""The steps of an import, as a browser takes them."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from leads.models import ImportBatch
from leads.transfer.forms import ColumnsForm

URL = "/leads/import/"


def send(browser: Client, content: str | bytes, *, name: str = "list.csv") -> HttpResponse:
    """Upload a file."""
    content = content.encode() if isinstance(content, str) else content
    return browser.post(URL, {"file": SimpleUploadedFile(name, content, content_type="text/csv")})


def upload(browser: Client, content: str | bytes, **options: Any) -> ImportBatch:
    """Upload a file that can be read; its columns are chosen next."""
    response = send(browser, content, **options)
    assert response.status_code == 302, response.content.decode()
    batch = ImportBatch.objects.latest("pk")
    assert response["Location"] == f"/leads/imports/{batch.pk}/columns/"
    return batch


def choose(
    browser: Client, batch: ImportBatch, *, region: str = "IN", **columns: str
) -> HttpResponse:
    """Choose the columns as they were guessed, but for `columns` (`column_2="note"`)."""
    form = ColumnsForm(batch=batch)
    chosen = {column.name: column.initial for column, _cells in form.columns}
    data = {**chosen, "region": region, "is_remembered": "on", **columns}
    return browser.post(f"/leads/imports/{batch.pk}/columns/", data)


def check(
    browser: Client, content: str | bytes, *, name: str = "list.csv", **choices: str
) -> ImportBatch:
    """Upload a file, choose its columns, and read it."""
    batch = upload(browser, content, name=name)
    assert choose(browser, batch, **choices).status_code == 302
    batch.refresh_from_db()
    return batch


def act(browser: Client, batch: ImportBatch, name: str) -> HttpResponse:
    """Press a button: "confirm", "cancel" or "undo"."""
    response = browser.post(f"/leads/imports/{batch.pk}/{name}/")
    batch.refresh_from_db()
    return response


def bring_in(browser: Client, content: str | bytes, **choices: str) -> ImportBatch:
    """All steps of an import."""
    batch = check(browser, content, **choices)
    assert act(browser, batch, "confirm").status_code == 302
    assert batch.state == "done"
    return batch


def text_of(browser: Client, batch: ImportBatch) -> str:
    """Its page."""
    return browser.get(f"/leads/imports/{batch.pk}/").content.decode()
