"""What browsers and crawlers ask for by themselves."""

import json
from struct import unpack

import pytest
from django.contrib.staticfiles import finders
from django.http.cookie import parse_cookie
from django.test import Client
from pydantic import ValidationError

from loopin.config.environment import Environment
from tests.cast import ALICE
from tests.each import each


def test_the_manifest_names_pictures_that_are_there(client):
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    manifest = json.loads(response.content)
    assert (manifest["start_url"], manifest["scope"]) == ("/", "/")
    for icon in manifest["icons"]:
        name = icon["src"].removeprefix("/static/")
        with open(finders.find(name), "rb") as file:
            head = file.read(24)
        if icon["type"] == "image/png":
            width, height = unpack(">II", head[16:24])
            assert icon["sizes"] == f"{width}x{height}"


def test_crawlers_are_kept_out_of_what_is_nobody_s_business(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    for path in ("/leads/", "/profile/", "/django/admin/", "/verify/", "/resume/"):
        assert f"Disallow: {path}" in lines
    assert "Disallow: /" not in lines


@pytest.mark.parametrize("path", ["/", "/sw.js"])
def test_the_worker_may_run(client, db, path):
    assert "worker-src 'self'" in client.get(path)["Content-Security-Policy"]


def test_the_worker_is_asked_for_at_each_visit_and_costs_little(client):
    response = client.get("/sw.js")
    assert response["Cache-Control"] == "no-cache"
    assert response["Content-Type"].startswith("text/javascript")
    again = client.get("/sw.js", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_worker_changes_with_the_page_it_keeps(client, settings):
    before = client.get("/sw.js").content
    settings.SUPPORT_CONTACT = "help@loopin.example"
    assert client.get("/sw.js").content != before


def test_the_page_for_being_offline_is_the_same_for_everybody(
    alice, browser_of, django_assert_num_queries
):
    stranger, known = Client(), browser_of(alice)
    with django_assert_num_queries(0):
        pages = [browser.get("/offline/") for browser in (stranger, known)]
    assert pages[0].content == pages[1].content
    assert ALICE.encode() not in pages[1].content
    assert parse_cookie(str(pages[0].cookies)) == {}


def test_the_service_worker_can_be_switched_off(client, db, settings):
    assert b"data-worker" in client.get("/").content
    settings.SERVICE_WORKER = False
    assert b"data-worker" not in client.get("/").content
    assert b"unregister" in client.get("/sw.js").content


@each("contact", ["ask Hari", "http://loopin.example", "javascript:alert(1)", "12"])
def test_a_contact_that_nobody_could_use_is_refused(contact):
    with pytest.raises(ValidationError):
        Environment(_env_file=None, SUPPORT_CONTACT=contact)
