"""The guides for apps name only what the API's description has; web.md is run as well, in
tests/clients/test_web_guide.py."""

import re

import pytest

from loopin.api import api
from loopin.config.environment import Environment
from loopin.guides.catalogue import APPS
from loopin.web.app_version import HEADER as APP_VERSION
from tests.docs.markdown import FENCE, read, section
from tests.each import each

TEXTS = {app: read(f"docs/apps/{app}.md") for app in APPS}
CALL = re.compile(r"[\"'`]?(GET|POST|PATCH|PUT|DELETE)[\"'`]?,? [\"'`]?(/api/[\w/{}-]+)")
PATH = re.compile(r"/api/[\w/{}.-]*[\w}]")
WORD = re.compile(r"[a-z]+(?:_[a-z]+)+")
STRUCT = re.compile(r"^\s*struct \w+: .*?Decodable.*?\}", re.MULTILINE | re.DOTALL)
OF_ITS_OWN = {
    "flutter_secure_storage", "smart_auth", "first_unlock_this_device",  # of packages
    "no_json",  # the web's client says it of an answer that is none of ours
}  # fmt: skip
HEADERS_OF_HTTP = {
    *("Accept-Language", "Authorization", "Content-Type"),
    *("Idempotency-Key", "User-Agent", "X-Request-ID"),
}


@pytest.fixture(scope="module")
def schema(django_db_setup):
    return api.get_openapi_schema()


@pytest.fixture(scope="module")
def names(schema) -> set[str]:
    """Of fields, parameters and codes, and the values of enums."""
    found: set[str] = set()

    def look(part):
        if isinstance(part, dict):
            found.update(part.get("properties", {}))
            found.update(str(value) for value in part.get("enum", ()))
            found.update([part["name"]] if isinstance(part.get("name"), str) else [])
            for value in part.values():
                look(value)
        elif isinstance(part, list):
            for value in part:
                look(value)

    look(schema)
    return found


def code_of(text: str) -> str:
    return "\n".join(match[2] for match in FENCE.finditer(text))


@each("app", APPS)
def test_every_address_is_one_of_the_api(schema, app):
    addresses = set(PATH.findall(TEXTS[app])) - {"/api/openapi.json", "/api/docs"}
    assert {address for address in addresses if address not in schema["paths"]} == set()
    assert {"/api/auth/verify-otp", "/api/auth/profile-pictures"} <= addresses
    if app != "react-native":  # it has the client of the web
        assert {"/api/auth/signup", "/api/auth/login", "/api/auth/refresh"} <= addresses


@each("app", APPS)
def test_every_call_has_a_method_of_its_address(schema, app):
    calls = CALL.findall(TEXTS[app])
    assert calls
    wrong = [call for call in calls if call[0].lower() not in schema["paths"][call[1]]]
    assert wrong == []


@each("app", APPS)
def test_every_field_and_code_is_one_of_the_api(names, app):
    """Names of the API are the only ones with underscores in these languages."""
    text = TEXTS[app].replace("AFTER_FIRST", "")
    assert set(WORD.findall(text)) - names - OF_ITS_OWN == set()


def test_every_field_that_swift_decodes_is_one_of_the_api(names):
    structs = "\n".join(STRUCT.findall(code_of(TEXTS["ios"])))
    fields = set(re.findall(r"(?:let|;|,) (\w+):", structs))
    fields -= {"error"}  # of the client's own error
    snake = {re.sub(r"([A-Z])", lambda m: f"_{m[1].lower()}", field) for field in fields}
    assert {"phone_number", "otp_length", "refresh_token", "thumbnail_url"} <= snake
    assert snake - names == set()


@each("app", APPS)
def test_every_header_is_described_or_one_of_http(names, app):
    code = code_of(TEXTS[app])
    named = set(re.findall(r"[\"']([A-Z][a-zA-Z]+(?:-[A-Z][a-zA-Z]+)+)[\"']", code))
    assert named - HEADERS_OF_HTTP - {APP_VERSION} - names == set()


@each("app", APPS)
def test_every_setting_is_one_of_the_site(app):
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`", TEXTS[app]))
    assert named - Environment.model_fields.keys() == set()


@each("app", APPS)
def test_it_says_whether_it_was_compiled_and_goes_all_the_way(app):
    text = TEXTS[app]
    opening = text.partition("\n## ")[0]
    assert ("was not compiled here" in " ".join(opening.split())) == (app != "web")
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert any("code" in title for title in titles)
    assert section(text, titles[-1])
    for word in ("Idempotency-Key", "otp_attempts_exceeded", "retry_after", "logout", "ANDROID"):
        assert word.lower() in text.lower() or (app, word) == ("ios", "ANDROID"), word
