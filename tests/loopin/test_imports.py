"""Dependencies run one way: interests ← accounts ← leads, and loopin imports no app."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = {"interests", "accounts", "leads"}
MAY_IMPORT = {
    "interests": {"interests", "loopin"},
    "accounts": {"accounts", "interests", "loopin"},
    "leads": {"leads", "accounts", "interests", "loopin"},
    "loopin": {"loopin"},
}
MAY_IMPORT_APPS = {"loopin/urls.py", "loopin/api.py"}

FILES = sorted(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_what_lies_before_it(path):
    name = str(path.relative_to(ROOT))
    package = name.partition("/")[0]
    allowed = MAY_IMPORT[package] | (APPS if name in MAY_IMPORT_APPS else set())
    assert set(imported(path)) & (APPS | {"loopin", "tests"}) <= allowed


def test_flows_know_no_request_form_session_or_json():
    for path in ROOT.glob("*/flows/*.py"):
        modules = {
            node.module
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom)
        }
        doors = ("django.http", "ninja", "django.forms", "accounts.forms", "leads.forms")
        assert not {m for m in modules if m.startswith(doors)}
        assert not modules & {"accounts.schemas", "leads.schemas", "loopin.http"}
