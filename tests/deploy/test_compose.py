"""The kit for Docker Compose. There is no engine where the tests run: the file is read as its
specification says, and its commands and scripts run outside of containers."""

import json
import os
import re
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from compose_spec import PyCompose

from loopin.config.environment import Environment
from loopin.config.secret_files import SUFFIX, is_secret
from tests import twilio
from tests.cast import BOB, PROFILE
from tests.deploy import compose
from tests.deploy.compose import PRODUCT, SERVICES, process_of
from tests.deploy.deployed import HOST
from tests.docs.markdown import read
from tests.each import each
from tests.waiting import eventually

pytestmark = pytest.mark.xdist_group("deploy")

PINNED = ("PYTHON_IMAGE", "POSTGRES_IMAGE", "CADDY_IMAGE")


def test_the_file_keeps_to_the_specification():
    read = PyCompose.from_json(json.dumps(compose.load()))
    read.validate()
    assert set(read.service_names()) == set(SERVICES)


def test_volumes_that_are_named_exist():
    named = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert named == set(compose.load()["volumes"])
    paths = ["../postgresql/roles.sql", "./make-roles.sh", "../proxy/Caddyfile", "../proxy"]
    assert all((compose.FOLDER / path).exists() for path in paths)


@each("name", list(SERVICES))
def test_each_container_is_confined_and_limited(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert {"mem_limit", "cpus", "pids_limit", "restart"} <= service.keys()
    assert name == "caddy" or service["user"] in ("10001:10001", "999:999")


@each("name", PRODUCT)
def test_secrets_come_from_files_that_are_mounted(name):
    service = SERVICES[name]
    for variable, path in service["environment"].items():
        if not variable.endswith(SUFFIX) or variable == "ENV_FILE":
            continue
        assert is_secret(Environment.model_fields[variable.removesuffix(SUFFIX)])
        assert Path(path).parent == Path("/run/secrets")
        assert Path(path).name in service["secrets"]
    assert not any(
        is_secret(field)
        for variable, field in Environment.model_fields.items()
        if variable in service["environment"]
    )


def test_the_owner_of_the_tables_is_known_where_it_is_needed_alone():
    knowing = [n for n, s in SERVICES.items() if "migration_database_url" in s.get("secrets", [])]
    assert knowing == ["db", "migrate", "restore"]


def test_the_database_is_reached_by_the_product_alone():
    assert compose.load()["networks"]["database"] == {"internal": True}
    there = [name for name, service in SERVICES.items() if "database" in service["networks"]]
    assert there == ["db", *PRODUCT]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]


@pytest.fixture
def folder(tmp_path):
    """A copy of the kit with its secrets."""
    shutil.copytree(compose.FOLDER, tmp_path / "compose", ignore=shutil.ignore_patterns("secrets"))
    make_secrets(tmp_path / "compose")
    return tmp_path / "compose"


def make_secrets(folder):
    return subprocess.run(
        [folder / "make-secrets.sh"], capture_output=True, text=True, check=True
    ).stdout


def test_secrets_are_made_once(folder):
    secrets = {path.name: path.read_text() for path in (folder / "secrets").iterdir()}
    assert set(secrets) == set(compose.load()["secrets"])
    assert len(set(secrets.values())) == len(secrets)
    assert (folder / "secrets").stat().st_mode & 0o777 == 0o700
    assert "auth token" in make_secrets(folder)
    assert {path.name: path.read_text() for path in (folder / "secrets").iterdir()} == secrets


def test_images_are_pinned_by_their_digests(folder, tmp_path):
    (tmp_path / "docker").write_text('#!/bin/sh\necho "sha256:of-$4"\n')
    (tmp_path / "docker").chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    for _ in range(2):
        subprocess.run([folder / "pin-images.sh"], env=environment, check=True, capture_output=True)
    lines = (folder / ".env").read_text().splitlines()
    assert [line.partition("=")[0] for line in lines] == list(PINNED)
    assert lines[1] == "POSTGRES_IMAGE=postgres:18@sha256:of-postgres:18"
    text = (folder / "compose.yaml").read_text()
    assert all(f"${{{name}:-" in text for name in PINNED)


@pytest.fixture
def started(folder, release, deployed):
    """The database as the container would make it, and the settings that the kit gives."""
    secrets = folder / "secrets"
    made = subprocess.run(
        [folder / "make-roles.sh"],
        env=os.environ
        | {"PGHOST": deployed.socket, "SECRETS": str(secrets), "PATH": deployed.path()}
        | {"ROLES": str(compose.FOLDER.parent / "postgresql" / "roles.sql")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    (secrets / "twilio_auth_token").write_text(twilio.AUTH_TOKEN)
    for name in ("database_url", "migration_database_url"):  # the container's name for the server
        text = (secrets / name).read_text().strip()
        (secrets / name).write_text(text.replace("@db/", "@/") + f"?host={deployed.socket}")
    settings = (folder / "settings.env.example").read_text().replace("loopin.example", HOST)
    settings = settings.replace("TWILIO_ACCOUNT_SID=", f"TWILIO_ACCOUNT_SID=AC{'0' * 32}")
    settings = settings.replace("SERVICE_SID=\n", f"SERVICE_SID={twilio.SERVICE}\n")
    lines = [line for line in settings.splitlines() if line and line[0] != "#"]
    deployed.deploy(release, **dict(line.split("=", 1) for line in lines))
    return deployed


def here(name, folder, site):
    """The environment of a service, with what is mounted where it lies here."""
    image = {"ENVIRONMENT": "prod"}
    moved = {"/run/secrets": str(folder / "secrets"), "/media": str(site.folder)}
    return image | {
        variable: next((v.replace(a, b) for a, b in moved.items() if v.startswith(a)), v)
        for variable, v in process_of(name).environment.items()
    }


def test_each_command_runs_with_the_environment_that_it_is_given(started, folder):
    words = process_of("migrate").manage_words
    migrated = started.manage(*words, **here("migrate", folder, started))
    assert migrated.returncode == 0, migrated.stderr
    with started.connect() as connection:
        asked = "SELECT rolname FROM pg_authid WHERE rolpassword LIKE 'SCRAM%' ORDER BY 1"
        assert connection.execute(asked).fetchall() == [("loopin",), ("loopin_owner",)]
    started.settings |= here("web", folder, started)
    started.serve(*process_of("web").manage_words)
    started.start(*process_of("worker").manage_words)
    started.sign_up(BOB, PROFILE)
    purge = subprocess.Popen(
        SERVICES["purge"]["command"],
        cwd=started.code,
        env=started.environment() | here("purge", folder, started) | {"PATH": started.path()},
        stdout=(folder / "purged").open("w"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    eventually(lambda: "webhook deliveries" in (folder / "purged").read_text())
    purge.send_signal(signal.SIGTERM)
    assert purge.wait(timeout=30) == 0
    with suppress(ProcessLookupError):
        os.killpg(purge.pid, signal.SIGKILL)  # its sleep, which there ends with the container


def test_the_guide_names_services_that_exist():
    guide = read("docs/production.md")
    named = re.findall(r"docker compose run --rm (?:--entrypoint \w+ )?(\w+)", guide)
    named += " ".join(re.findall(r"docker compose stop (.+)", guide)).split()
    assert {"restore", "worker"} <= set(named) <= set(SERVICES)


def test_a_backup_is_brought_back_where_it_was_made_and_the_pictures_can_be_written():
    brought, made = SERVICES["restore"], SERVICES["backup"]
    assert (brought["image"], brought["build"]) == (made["image"], made["build"])
    assert {"pictures:/media", "backups:/backups:ro"} == set(brought["volumes"])
    assert brought["profiles"] == ["restore"]


def test_the_backup_is_daily_too():
    assert SERVICES["backup"]["environment"]["DAILY"].startswith("backup /backups")
    assert SERVICES["backup"]["command"] == SERVICES["purge"]["command"]
