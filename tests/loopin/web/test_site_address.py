"""Full URLs go by SITE_URL; in development without it, by the address that somebody opened."""

import os
import re
import subprocess
import sys
import threading

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Picture
from leads.actions import claim
from leads.models import Lead
from loopin.config.site import SERVED_AT
from loopin.web.site_address import SiteAddressMiddleware, get_site_url
from tests.accounts.pictures import made
from tests.cast import DAVE, PROFILE
from tests.each import each
from tests.loopin.variables import GOOD

PHONE, EMULATOR = "192.168.1.20:8111", "10.0.2.2:8111"
PICTURES = "/api/auth/profile-pictures"


@pytest.fixture
def followed(settings):
    """Development in which SITE_URL is not set."""
    settings.SITE_URL_FOLLOWS_REQUESTS = True


@pytest.fixture
def bobs(bob, token_of):
    """Bob's headers at a host."""
    token = token_of(bob)
    return lambda host: {"headers": {"Authorization": f"Bearer {token}", "Host": host}}


@pytest.fixture
def upload(bobs):
    """`upload(host)`: the URL of a picture that Bob adds there."""

    def send(host):
        files = {"files": made.file(made.jpeg(), "one.jpg")}
        answer = Client().post(PICTURES, files, **bobs(host)).json()
        return answer["data"]["pictures"][0]["url"]

    return send


def test_urls_of_pictures_begin_with_the_address_that_an_app_uses(followed, api, upload, bobs):
    url = upload(PHONE)
    assert url.startswith(f"http://{PHONE}/media/")
    [there] = api.get(PICTURES, **bobs(EMULATOR)).json()["data"]
    assert there["url"] == url.replace(PHONE, EMULATOR)
    profile = api.get("/api/auth/profile", **bobs(EMULATOR)).json()
    assert profile["profile_pictures"] == [there["url"]]
    assert profile["avatar"] == there["url"]


def test_a_picture_is_named_by_the_url_that_was_answered(followed, api, upload, bobs):
    url = upload(PHONE)
    answer = api.post(
        "/api/auth/complete-profile", PROFILE | {"profile_pictures": [url]}, **bobs(PHONE)
    )
    assert answer.status_code == 200, answer.content
    [picture] = Picture.objects.all()
    assert url.endswith(f"/{picture.name}.webp")


@pytest.fixture
def claimed(carol, staff, travel):
    """Carol's lead, whose code is over."""
    travel(3600)
    Lead.objects.update(consent_at=timezone.now(), consent_version="2026-11")
    return claim.claim(Lead.objects.get(phone_number=carol).pk, actor=staff)


def link_for(lead, desk, host):
    """How the link begins that staff copy at this host."""
    action, form = f"/leads/{lead.pk}/resume-link/", {"channel": "copied"}
    page = desk.post(action, form, headers={"Host": host}).content.decode()
    return re.search(r'value="(\S+)/resume/[\w.-]+/"', page)[1]


def test_links_begin_with_the_address_that_staff_use(followed, claimed, staff, browser_of):
    assert link_for(claimed, browser_of(staff), PHONE) == f"http://{PHONE}"


def test_people_sign_up_at_the_address_of_the_network(followed, sms, db):
    browser = Client(enforce_csrf_checks=True, headers={"Host": PHONE})
    browser.get("/signup/")
    form = {
        "phone_number": DAVE,
        "csrfmiddlewaretoken": browser.cookies["csrftoken"].value,
    }
    answer = browser.post("/signup/", form, headers={"Origin": f"http://{PHONE}"})
    assert answer.status_code == 302
    [message] = sms.messages
    assert f"@{PHONE.partition(':')[0]} #" in message["Body"]
    elsewhere = browser.post("/signup/", form, headers={"Origin": "http://evil.example"})
    assert elsewhere.status_code == 403


def test_a_host_that_is_not_allowed_names_nothing(followed, settings, api, upload, bobs):
    settings.ALLOWED_HOSTS = ["localhost"]
    url = upload("localhost")
    assert url.startswith("http://localhost/media/")
    [there] = api.get(PICTURES, **bobs("evil.example")).json()["data"]
    assert there["url"] == url.replace("http://localhost", "https://loopin.example")


def test_outside_of_requests_and_after_an_error_it_is_the_site_s_own(followed, rf):
    def fail(request):
        assert get_site_url() == f"http://{PHONE}"
        raise LookupError

    with pytest.raises(LookupError):
        SiteAddressMiddleware(fail)(rf.get("/", headers={"Host": PHONE}))
    assert get_site_url() == "https://loopin.example"


def test_requests_at_the_same_time_do_not_mix(followed, rf):
    together = threading.Barrier(8, timeout=10)

    def answer(request):
        together.wait()
        return HttpResponse(get_site_url())

    middleware, answered = SiteAddressMiddleware(answer), {}

    def ask(host):
        answered[host] = middleware(rf.get("/", headers={"Host": host})).content.decode()

    threads = [threading.Thread(target=ask, args=[f"10.0.0.{n}:8111"]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answered == {host: f"http://{host}" for host in answered}
    assert len(answered) == 8


def test_a_site_that_says_its_address_ignores_the_host(claimed, staff, upload, browser_of):
    assert upload("evil.example").startswith("https://loopin.example/media/")
    assert link_for(claimed, browser_of(staff), "evil.example") == "https://loopin.example"


CANONICAL = """
import django; django.setup()
from django.test import Client
from django.utils import timezone
answer = Client().get("/.well-known/security.txt", headers={"Host": "evil.example"}, secure=True)
print(next(line for line in answer.content.decode().splitlines() if "Canonical" in line))
"""


@each(
    "variables, address",
    [
        (GOOD | {"SITE_URL": "https://loopin.example"}, "https://loopin.example"),
        (GOOD, "http://localhost:8000"),
        (GOOD | {SERVED_AT: "http://evil.example"}, "http://localhost:8000"),
        ({"ENV_FILE": "", "SITE_URL": "https://loopin.example/"}, "https://loopin.example"),
        ({"ENV_FILE": ""}, "https://evil.example"),
    ],
)
def test_production_never_believes_the_host_of_a_request(tmp_path, variables, address):
    """Even if it answers to every host. The last line shows that development would."""
    required = {
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "0" * 32,
        "TWILIO_MESSAGING_SERVICE_SID": "MG" + "0" * 32,
        "LEGAL_DIR": "tests/legal",
    }
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "loopin.settings"}
    env |= {"ALLOWED_HOSTS": "*", "SECURITY_CONTACT": "help@loopin.example"} | variables
    env |= required if variables.get("ENVIRONMENT") == "prod" else {}
    said = subprocess.run(
        [sys.executable, "-c", CANONICAL], env=env, capture_output=True, text=True, check=False
    )
    assert said.stdout.strip() == f"Canonical: {address}/.well-known/security.txt", said.stderr


def test_development_goes_by_where_it_is_served_unless_it_is_told(told):
    served = {SERVED_AT: "http://localhost:9000"}
    assert told().site_url == "http://localhost:8000"
    assert told(**served).site_url == "http://localhost:9000"
    assert told(**served, SITE_URL="https://loopin.example").site_url == "https://loopin.example"
    assert told(**served, **GOOD).site_url == "http://localhost:8000"
