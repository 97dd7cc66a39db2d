"""The environment files of the documents, read by the process itself."""

import os
import subprocess
import sys

from tests.each import each

SECRET = "documented-secret-key-of-at-least-fifty-characters-in-length"
DEVELOPMENT = {
    "SECRET_KEY": SECRET,
    "JWT_SECRET_KEY": SECRET,
    "DEBUG": "True",
    "ENVIRONMENT": "dev",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "CORS_ALLOWED_ORIGINS": "http://localhost:3000,http://localhost:8080",
    "DATABASE_URL": "postgresql://postgres:postgres@localhost:5432/loopin",
    "DB_NAME": "loopin",
    "DB_USER": "postgres",
    "DB_PASSWORD": "postgres",
    "DB_HOST": "localhost",
    "DB_PORT": "5432",
    "JWT_ALGORITHM": "HS256",
    "JWT_ACCESS_TOKEN_EXPIRE_MINUTES": "30",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "TWILIO_PHONE_NUMBER": "+15005550006",
    "TWILIO_VERIFY_SID": "VA" + "0" * 32,
    "TWILIO_VERIFY_SECRET": "secret",
    "TWILIO_TEST_MODE": "true",
    "DJANGO_SETTINGS_MODULE": "their_project.settings",
}
PRODUCTION = {
    "DEBUG": "False",
    "SECRET_KEY": SECRET,
    "DATABASE_URL": "postgresql://loopin:loopin@db.example/loopin",
    "TWILIO_TEST_MODE": "false",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
}


def check(variables, tmp_path):
    """What `manage.py check` says of these variables in a file."""
    path = tmp_path / "documented.env"
    own = {"DJANGO_SETTINGS_MODULE"} & variables.keys()
    lines = [f"{name}={value}" for name, value in variables.items() if name not in own]
    path.write_text("\n".join(lines))
    env = {"PATH": os.environ["PATH"], "ENV_FILE": str(path)}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        env=env | {name: variables[name] for name in own},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_file_for_development_starts_as_it_is_with_warnings(tmp_path):
    found = check(DEVELOPMENT, tmp_path)
    assert found.returncode == 0, found.stderr
    said = found.stdout + found.stderr
    assert "JWT_SECRET_KEY" in said
    assert "DJANGO_SETTINGS_MODULE" in said
    assert SECRET not in said


def test_the_file_for_production_never_runs_as_development(tmp_path):
    found = check(PRODUCTION, tmp_path)
    assert found.returncode != 0
    problems = [line for line in found.stderr.splitlines() if line.startswith("  - ")]
    assert "ENVIRONMENT=prod" in problems[0]
    assert found.stderr.startswith("Loopin cannot start.")
    assert SECRET not in found.stderr


@each("name", ["JWT_SECRET_KEY", "TWILIO_TEST_MODE"])
def test_production_refuses_what_development_only_warns_of(tmp_path, name):
    variables = PRODUCTION | {"ENVIRONMENT": "prod"}
    variables |= {"JWT_SECRET_KEY": SECRET} if name == "JWT_SECRET_KEY" else {name: "true"}
    found = check(variables, tmp_path)
    assert found.returncode != 0
    assert f"- {name} " in found.stderr
