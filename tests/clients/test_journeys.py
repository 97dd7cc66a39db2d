"""Clients made from the description compile strictly, and people get in and out with them."""

import shutil
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("clients")

STEPS = """\
ask: 200 4
wrong code: 400 otp_invalid
verify: 200 true
upload: 201 320
profile: 200 Asha Rao
refresh: 200
sessions: 200 1
log out: 200
profile: 401 invalid_token
"""
"""What each journey tells: the status of each answer, and something that it read in it."""


def test_the_client_of_openapi_typescript_and_openapi_fetch(run, typescript, picture, live):
    at = f"{typescript}/openapi_fetch"
    run("node", "generate.ts", "../description.json", "schema.d.ts", at=at)
    run("tsc", "--project", "tsconfig.json", at=at)
    compiled = f"{typescript}/compiled/openapi_fetch/journey.js"
    number = "+916205820001"
    assert run("node", compiled, live.url, number, live.log_path, picture) == STEPS


def test_the_client_of_hey_api(run, typescript, picture, live):
    at = f"{typescript}/hey_api"
    run("openapi-ts", at=at)
    run("tsc", "--project", "tsconfig.json", at=at)
    compiled = f"{typescript}/compiled/hey_api/journey.js"
    number = "+916205820002"
    assert run("node", compiled, live.url, number, live.log_path, picture) == STEPS


def test_the_client_of_openapi_python_client(run, folder, description, picture, live):
    output = folder / "python"
    generate = ("openapi-python-client", "generate", "--fail-on-warning")
    run(*generate, "--path", description, "--output-path", output)
    journey = shutil.copy(Path(__file__).parent / "python" / "journey.py", output)
    check = ("mypy", "--strict", "--config-file=", "--cache-dir", folder.parent / "mypy")
    run(*check, "journey.py", "loopin_client", at="python")
    number = "+916205820003"
    assert run("python", journey, live.url, number, live.log_path, picture) == STEPS
