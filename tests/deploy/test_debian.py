"""The kit for a Debian host: what the script lays out, and that it runs.

The rest of the script takes root and an empty Debian: `python -m tests.deploy.bare_debian`.
"""

import re
import shlex
import shutil
import subprocess
import sys

import pytest

from tests import twilio
from tests.cast import ALICE, PROFILE
from tests.deploy import debian
from tests.deploy.deployed import HOST, Process
from tests.each import each
from tests.settings import PROVIDER

pytestmark = pytest.mark.xdist_group("deploy")

UNITS = debian.ROOT / "deploy" / "debian" / "systemd"
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def settings_in(folder):
    return folder / "etc" / "loopin" / "loopin.env"


def test_secrets_are_made_once_and_only_their_owner_reads_them(host):
    text = settings_in(host).read_text()
    keys = re.findall(r"^(?:SECRET_KEY|JWT_SECRET_KEY|ENCRYPTION_KEYS)=([\w-]{64})$", text, re.M)
    assert len(set(keys)) == 3
    assert f"SITE_URL=https://{HOST}\n" in text
    assert settings_in(host).stat().st_mode & 0o777 == 0o600
    again = debian.lay_out(host, "another.example")
    assert again.returncode == 0, again.stderr
    assert settings_in(host).read_text() == text


@each("name", ["", "localhost", "https://loopin.example", "loopin.example/", "a b.example"])
def test_a_host_that_is_none_is_refused(tmp_path, name):
    done = debian.lay_out(tmp_path, name)
    assert done.returncode != 0
    assert "install.sh loopin.example" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_release_is_named_by_its_contents_and_has_what_the_image_has(tmp_path):
    assert debian.lay_out(tmp_path).returncode == 0
    release = debian.release_in(tmp_path)
    let_in = re.findall(r"^!(.+)$", (debian.ROOT / ".dockerignore").read_text(), re.M)
    assert [name for name in let_in if not (release / name).exists()] == []
    assert list(release.rglob("__pycache__")) == []
    assert not (release / "tests").exists()


@each("name", sorted(path.name for path in UNITS.glob("loopin-*.*") if path.is_file()))
@needs_systemd
def test_systemd_understands_each_unit(name, tmp_path):
    shutil.copytree(UNITS, tmp_path / name)
    for unit in (tmp_path / name).glob("*.service"):  # Python is not there yet
        unit.write_text(
            unit.read_text().replace("/opt/loopin/current/venv/bin/python", sys.executable)
        )
    command = ["systemd-analyze", "verify", tmp_path / name / name]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")


@each("name", sorted(path.name for path in UNITS.glob("*.service")))
@needs_systemd
def test_each_service_is_closed_in(name, host):
    """On systemd's scale, from 0 (closed) to 10 (open)."""
    command = ["systemd-analyze", "security", "--offline=true", f"--root={host}", "--threshold=20"]
    assessed = subprocess.run([*command, name], capture_output=True, text=True, check=False)
    assert assessed.returncode == 0, assessed.stdout[-600:]


def process_of(unit):
    [command] = re.findall(r"^ExecStart=(.+)$", (UNITS / unit).read_text(), re.M)
    return Process(tuple(shlex.split(command))).manage_words


def test_the_services_run_from_the_settings_alone(host, release, deployed):
    """Migrated by the owner; the web server and the worker; a sign-up; the timers' commands."""
    accounts = {
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": twilio.AUTH_TOKEN,
        "TWILIO_MESSAGING_SERVICE_SID": twilio.SERVICE,
    }
    text = settings_in(host).read_text()
    for name, value in accounts.items():
        text = text.replace(f"{name}=\n", f"{name}={value}\n")
    (host / "filled.env").write_text(text.replace("/var/lib/loopin", str(host)))
    deployed.deploy(
        release,
        ENV_FILE=str(host / "filled.env"),
        DATABASE_URL=deployed.address(deployed.runtime),
    )
    deployed.migrate()
    deployed.serve(*process_of("loopin-web.service"))
    deployed.start(*process_of("loopin-worker.service"))
    deployed.sign_up(ALICE, PROFILE)
    assert len(PROVIDER.codes(ALICE)) == 1
    purged = deployed.manage(*process_of("loopin-purge.service"))
    assert purged.returncode == 0, purged.stderr
