"""What phones, browsers and finders of faults look up under `/.well-known/`."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from loopin.config.mobile_apps import FINGERPRINT_EXAMPLE, read_version
from tests.each import each

IOS, ANDROID = "A1B2C3D4E5.com.example.loopin", "com.example.loopin"
OTHER_FINGERPRINT = ":".join(["AB"] * 32)
APPLE = "/.well-known/apple-app-site-association"
GOOGLE = "/.well-known/assetlinks.json"
KEYS = "/.well-known/jwks.json"
PASSWORD = "/.well-known/change-password"
SECURITY = "/.well-known/security.txt"


@pytest.fixture
def configured(settings):
    settings.IOS_APPS = [IOS]
    settings.ANDROID_APPS = [f"{ANDROID}=SHA256:{FINGERPRINT_EXAMPLE}"]
    settings.SECURITY_CONTACT = "security@loopin.example"


def test_ios_learns_its_app_and_the_links_that_open_it(client, configured):
    answer = client.get(APPLE)
    assert answer["Content-Type"] == "application/json"
    content = answer.json()
    assert content["webcredentials"] == {"apps": [IOS]}
    [details] = content["applinks"]["details"]
    assert details["appIDs"] == [IOS]
    pages = [component["/"] for component in details["components"]]
    assert "/resume/*" in pages
    assert not [page for page in pages if page.startswith(("/leads", "/django", "/api"))]


def test_android_learns_its_apps_with_all_their_certificates(client, configured, settings):
    settings.ANDROID_APPS += [f"{ANDROID}={OTHER_FINGERPRINT.lower()}", f"a.b={OTHER_FINGERPRINT}"]
    answer = client.get(GOOGLE)
    assert answer["Content-Type"] == "application/json"
    first, second = (statement["target"] for statement in answer.json())
    assert first == {
        "namespace": "android_app",
        "package_name": ANDROID,
        "sha256_cert_fingerprints": [FINGERPRINT_EXAMPLE, OTHER_FINGERPRINT],
    }
    assert second["package_name"] == "a.b"
    assert "delegate_permission/common.handle_all_urls" in answer.json()[0]["relation"]


def test_password_managers_are_led_to_the_page_that_sets_a_password(client, settings):
    assert client.get(PASSWORD)["Location"] == "/password/"
    settings.EMAIL_LOGIN_ENABLED = False
    assert client.get(PASSWORD).status_code == 404


def test_what_does_not_exist_is_not_found(client):
    """Password managers ask for it: a site that answers everything promises nothing."""
    path = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"
    assert client.get(path).status_code == 404


def test_finders_of_faults_learn_where_to_turn(client, configured, settings):
    settings.SECURITY_POLICY = "https://loopin.example/security"
    answer = client.get(SECURITY)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    expires = datetime.strptime(fields.pop("Expires"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=365)
    assert fields == {
        "Contact": "mailto:security@loopin.example",
        "Policy": "https://loopin.example/security",
        "Preferred-Languages": "en, hi",
        "Canonical": "https://loopin.example/.well-known/security.txt",
    }


@each(
    "contact, uri",
    [
        ("+91 22 5555 0100", "tel:+912255550100"),
        ("https://loopin.example/report", "https://loopin.example/report"),
    ],
)
def test_a_contact_is_an_address_of_its_kind(client, settings, contact, uri):
    settings.SECURITY_CONTACT = contact
    assert client.get(SECURITY).content.decode().startswith(f"Contact: {uri}\n")
    assert "Policy" not in client.get(SECURITY).content.decode()


@each("path", [APPLE, GOOGLE, SECURITY])
def test_what_is_not_configured_is_not_found(client, path):
    assert client.get(path).status_code == 404


@each("path", [APPLE, GOOGLE, SECURITY, KEYS, PASSWORD])
def test_the_answers_are_the_same_for_everybody_and_may_be_kept(
    configured, path, browser_of, alice, django_assert_num_queries
):
    browser = browser_of(alice)
    with django_assert_num_queries(0):
        answer = browser.get(path, headers={"Accept-Language": "hi"})
    assert answer.status_code in (200, 302)
    assert "public" in answer["Cache-Control"]
    assert "max-age" in answer["Cache-Control"]
    assert not answer.cookies
    assert answer.content == Client().get(path).content
    if path != PASSWORD:
        assert "Vary" not in answer
    assert browser.post(path).status_code == 405


@each("path", [APPLE, GOOGLE, SECURITY, KEYS])
def test_only_the_head_may_be_asked_for(configured, client, path):
    head, whole = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == whole["Content-Type"]


@each(
    "name, value, words",
    [
        ("IOS_APPS", "com.example.loopin", "must be a team's id and a bundle's"),
        ("IOS_APPS", f"{IOS}, a1b2c3d4e5.com.example", "must be a team's id and a bundle's"),
        ("ANDROID_APPS", "loopin=SHA256:14", "must begin with a package"),
        ("ANDROID_APPS", f"1com.example={FINGERPRINT_EXAMPLE}", "must begin with a package"),
        ("ANDROID_APPS", ANDROID, f"32 bytes in hex behind {ANDROID}=SHA256:"),
        ("ANDROID_APPS", f"{ANDROID}=SHA256:{FINGERPRINT_EXAMPLE[:-1]}", "must have 32 bytes"),
        ("ANDROID_APPS", f"{ANDROID}=SHA1:{FINGERPRINT_EXAMPLE}", "must have 32 bytes"),
        ("ANDROID_SMS_HASH", "FA+9qCX9VS", "must be the 11 characters"),
        ("ANDROID_SMS_HASH", "FA+9qCX9V u", "must be the 11 characters"),
        ("MINIMUM_APP_VERSION", "1.4-beta", "must be 1 to 4 numbers"),
        ("MINIMUM_APP_VERSION", "v1", "must be 1 to 4 numbers"),
        ("SECURITY_CONTACT", "nobody", "must be like"),
        ("SECURITY_POLICY", "security@loopin.example", "must be like https://"),
        ("SECURITY_POLICY", "http://loopin.example/security", "must be like https://"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(told, name, value, words):
    with pytest.raises(ImproperlyConfigured) as raised:
        told(**{name: value})
    assert f"- {name} " in str(raised.value)
    assert words in str(raised.value)


def test_settings_of_apps_are_read(told):
    fingerprints = f"{ANDROID}=SHA256:{FINGERPRINT_EXAMPLE}, {ANDROID}={OTHER_FINGERPRINT.lower()}"
    env = told(IOS_APPS=IOS, ANDROID_APPS=fingerprints, ANDROID_SMS_HASH="FA+9qCX9VSu")
    assert (env.IOS_APPS, len(env.ANDROID_APPS)) == ([IOS], 2)
    assert env.ANDROID_SMS_HASH == "FA+9qCX9VSu"


@each(
    "version, numbers",
    [
        ("1.4.2", (1, 4, 2)),
        ("1", (1,)),
        ("1.0.0", (1,)),
        ("0", ()),
        ("01.04", (1, 4)),
        ("", None),
        ("1.", None),
        ("1.4.2.0.0", None),
        ("1.4-beta.2", (1, 4)),
        ("1.4.2+57", (1, 4, 2)),
        ("1.4.2 (57)", (1, 4, 2)),
        ("1.4beta", None),
        ("v1.4", None),
        ("१.४", None),
        ("9" * 5000, None),
        ("1." * 5000, None),
    ],
)
def test_a_version_is_numbers_with_dots(version, numbers):
    assert read_version(version) == numbers
