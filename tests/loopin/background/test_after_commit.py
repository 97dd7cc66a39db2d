"""What follows a commit goes through one mechanism, which lets no error out."""

import ast
import logging

import pytest
from django.db import transaction

from loopin.background.after_commit import after_commit, attempt
from tests.test_imports import MODULES

MECHANISM = "loopin.background.after_commit"


def uses_of(name: str) -> set[str]:
    """The modules that name something of this name."""
    found = set()
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_attribute = isinstance(node, ast.Attribute) and node.attr == name
            is_import = isinstance(node, ast.ImportFrom) and name in {a.name for a in node.names}
            if is_attribute or is_import:
                found.add(module)
    return found


def test_nothing_else_waits_for_a_commit():
    assert uses_of("on_commit") == {MECHANISM}


@pytest.mark.django_db(transaction=True)
def test_an_action_waits_for_the_commit_and_fails_nothing(caplog):
    done = []

    def fail() -> None:
        done.append("tried")
        raise ValueError("asha@example.com")

    with transaction.atomic():
        after_commit("Telling somebody", fail)
        after_commit("The next", lambda: done.append("next"))
        assert done == []
    assert done == ["tried", "next"]
    [message] = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert message.startswith("Telling somebody failed: ValueError in fail (tests/loopin/")
    assert "asha" not in message


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_has_no_consequences():
    done = []
    with transaction.atomic():
        after_commit("Telling somebody", lambda: done.append("told"))
        transaction.set_rollback(True)
    assert done == []


def test_the_end_of_the_process_is_no_error_of_an_action():
    def end() -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        attempt("Ending", end)
