"""`docs/configuration.md` and `.env.example` are what the declarations make of them."""

import re
from typing import Annotated, Literal

import pytest
from pydantic import Field

from loopin.config import documents
from loopin.config.environment import Environment
from loopin.config.variables import (
    NOT_SET,
    BaseVariables,
    ByDefault,
    CommaSeparated,
    Format,
    OffInProduction,
    RequiredInProduction,
)
from tests.docs.markdown import ROOT, read
from tests.each import each

FIELDS = Environment.model_fields
OF_THE_CONTRACT = [
    "SECRET_KEY",
    "DEBUG",
    "ENVIRONMENT",
    "ALLOWED_HOSTS",
    "CORS_ALLOWED_ORIGINS",
    "DATABASE_URL",
    "DB_NAME",
    "DB_USER",
    "DB_PASSWORD",
    "DB_HOST",
    "DB_PORT",
    "JWT_SECRET_KEY",
    "JWT_ALGORITHM",
    "JWT_ACCESS_TOKEN_EXPIRE_MINUTES",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_PHONE_NUMBER",
    "TWILIO_MESSAGING_SERVICE_SID",
    "TWILIO_VERIFY_SID",
    "TWILIO_VERIFY_SECRET",
    "TWILIO_TEST_MODE",
    "UNIFIED_SIGNUP",
    "OTP_LENGTH",
    "PHONE_VALIDATION",
    "NAME_MIN_LENGTH",
    "MINIMUM_AGE",
]


class Kettle(BaseVariables):
    """The kettle.

    It boils.
    """

    LITRES: int = Field(2, ge=1, le=5, description="How much water it takes.")
    MODE: Annotated[
        Literal["slow", "fast", "off"], ByDefault(development="slow", production="fast")
    ] = Field(NOT_SET, description="How it boils.")
    SOURCE: Annotated[str, ByDefault(development="tap", production="tap")] = Field(
        NOT_SET, description="Where its water comes from."
    )
    CUPS: CommaSeparated = Field([], description="Who drinks.", examples=["ann,ben"])
    KEY: Annotated[
        str, ByDefault(development="known", production=""), RequiredInProduction(unless=("CUPS",))
    ] = Field(NOT_SET, description="What opens it.")
    IS_DRY: OffInProduction = Field(NOT_SET, description="Whether it may boil dry.")
    LABEL: Annotated[str, Format("one word")] = Field("tea", description="What stands on it.")
    NOTE: str = Field("", max_length=9, description="What else.")


KETTLE = documents.fields_of(Kettle)


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch):
    for name in FIELDS:
        monkeypatch.delenv(name, raising=False)


def test_the_page_is_what_the_declarations_say():
    assert read("docs/configuration.md") == documents.guide(), "run `make configuration`"


def test_the_example_file_is_what_the_declarations_say():
    assert read(".env.example") == documents.example_file(), "run `make configuration`"


def test_every_variable_is_of_a_group_and_has_a_meaning():
    listed = [name for group in documents.GROUPS for name in documents.fields_of(group)]
    assert listed == list(FIELDS)
    for name, field in FIELDS.items():
        assert re.fullmatch(r"[A-Z].*\.", field.description or ""), name


def test_both_documents_list_every_variable_once():
    rows = re.findall(r"^\| `([A-Z0-9_]+)`(?: or `\1_FILE`)? \|", documents.guide(), re.MULTILINE)
    lines = re.findall(r"^(?:# )?([A-Z0-9_]+)=", documents.example_file(), re.MULTILINE)
    assert rows == lines == list(FIELDS)


def test_every_variable_of_the_contract_is_there():
    assert [name for name in OF_THE_CONTRACT if name not in FIELDS] == []


def test_every_variable_but_the_accepted_ones_is_read():
    files = [ROOT / "loopin" / "settings.py", *(ROOT / "loopin" / "config").glob("*.py")]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    read_by_code = set(re.findall(r"\b(?:env|self)\.([A-Z][A-Z0-9_]+)\b", source))
    unread = [name for name in FIELDS if name not in read_by_code]
    assert unread == ["TWILIO_VERIFY_SID", "TWILIO_VERIFY_SECRET"]
    assert all("not used" in (FIELDS[name].description or "") for name in unread)


def test_the_example_file_copied_as_it_is_changes_nothing():
    assert Environment(_env_file=ROOT / ".env.example") == Environment(_env_file=None)


def test_the_example_file_with_every_line_in_force_is_valid(tmp_path):
    lines = re.sub(r"^# ([A-Z0-9_]+=)", r"\1", documents.example_file(), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(lines)
    env = Environment(_env_file=tmp_path / ".env")
    assert env.OTP_CHANNELS == ["sms"]
    assert env.JWT_SECRET_KEYS


@each(
    "name, default, allowed",
    [
        ("LITRES", "`2`", "1 to 5"),
        ("MODE", "`slow`; in production `fast`", "`slow`, `fast` or `off`"),
        ("SOURCE", "`tap`", ""),
        ("CUPS", "–", "a list, separated by commas"),
        ("KEY", "built in; required in production, unless CUPS is set", ""),
        ("LABEL", "`tea`", "one word"),
        ("NOTE", "–", "at most 9 characters"),
        (
            "IS_DRY",
            "`true`; in production `false`",
            "`true` or `false`; production refuses to start with `true`",
        ),
    ],
)
def test_a_declaration_tells_the_default_and_what_is_allowed(name, default, allowed):
    assert documents.default(KETTLE[name]) == default
    assert documents.allowed(KETTLE[name]) == allowed


def test_a_group_is_written_as_a_table_and_as_lines():
    page, lines = documents.guide([Kettle]), documents.example_file([Kettle])
    assert "## The kettle\n\nIt boils.\n\n| Variable |" in page
    assert "| `LITRES` | `2` | 1 to 5 | How much water it takes. |\n" in page
    assert "# --- The kettle\n#\n# It boils.\n\n" in lines
    assert "# How much water it takes.\n# Allowed: 1 to 5.\nLITRES=2\n" in lines
    assert "\n# CUPS=ann,ben\n" in lines
    assert "\n# MODE=slow\n" in lines
    assert "known" not in page + lines
