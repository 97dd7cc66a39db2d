"""A secret may stand in a file, which `NAME_FILE` names."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from loopin.config.environment import Environment
from loopin.config.secret_files import is_secret
from tests.loopin.variables import GOOD

KEY = "k" * 50


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    return str(path)


def test_the_variable_is_what_the_file_says(told, file):
    assert told(SECRET_KEY_FILE=file).SECRET_KEY == KEY
    env = told(**GOOD | {"SECRET_KEY": "", "SECRET_KEY_FILE": file, "ENCRYPTION_KEYS_FILE": file})
    assert (env.SECRET_KEY, env.ENCRYPTION_KEYS) == (KEY, [KEY])
    assert "SECRET_KEY" in env.model_fields_set


def test_the_file_that_stands_in_for_variables_may_name_it(tmp_path, file):
    (tmp_path / "env").write_text(f"SECRET_KEY_FILE={file}\n")
    assert Environment(_env_file=tmp_path / "env").SECRET_KEY == KEY


def test_a_file_is_checked_like_the_variable(told, tmp_path):
    (tmp_path / "short").write_text("short")
    with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEYS must be keys of at least"):
        told(ENCRYPTION_KEYS_FILE=str(tmp_path / "short"))


def test_all_that_is_wrong_is_told_at_once_and_nothing_quoted(told, tmp_path, file):
    (tmp_path / "empty").touch()
    with pytest.raises(ImproperlyConfigured) as raised:
        told(
            SECRET_KEY=KEY,
            SECRET_KEY_FILE=file,
            JWT_SECRET_KEY_FILE=str(tmp_path / "nothing"),
            DATABASE_URL_FILE=str(tmp_path / "empty"),
        )
    said = str(raised.value)
    assert "SECRET_KEY is set, and SECRET_KEY_FILE too: keep one of them" in said
    assert "JWT_SECRET_KEY cannot be read from the file that JWT_SECRET_KEY_FILE names" in said
    assert "DATABASE_URL is empty in the file that DATABASE_URL_FILE names" in said
    assert KEY not in said


def test_whatever_is_named_like_a_secret_is_one_and_no_other_variable_has_a_file():
    words = ("SECRET", "PASSWORD", "_TOKEN", "_KEYS", "DATABASE_", "_DSN")
    named = {
        name
        for name, field in Environment.model_fields.items()
        if any(word in name for word in words) and field.annotation in (str, list[str])
    }
    others = {"JWT_PRIVATE_KEYS", "JWT_PRIVATE_KEYS_FILE", "TWILIO_VERIFY_SECRET"}
    assert {
        n for n, field in Environment.model_fields.items() if is_secret(field)
    } == named - others
