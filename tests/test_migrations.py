"""Migrations do the same for ever, because they depend on nothing that changes."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection

from leads.roles import ROLES
from tests.each import each

ROOT = Path(__file__).parents[1]
OURS = ("accounts", "interests", "leads", "loopin")
FILES = sorted(path for app in OURS for path in (ROOT / app).glob("migrations/**/*.py"))


def imported(path):
    """The modules a file imports, by statement or by name at run time, with its own frozen ones
    left out."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            yield from [called] * (called in ("import_module", "import_string", "__import__"))


def is_of_the_product(module):
    frozen = tuple(f"{app}.migrations._" for app in OURS)
    dynamic = module in ("import_module", "import_string", "__import__")
    is_ours = module.startswith(".") or module.partition(".")[0] in OURS
    return dynamic or (is_ours and not module.startswith(frozen))


@each("path", FILES)
def test_a_migration_imports_nothing_from_the_product(path):
    assert [name for name in imported(path) if is_of_the_product(name)] == []


def test_each_app_has_its_migrations():
    names = {str(path.relative_to(ROOT)) for path in FILES}
    assert {f"{app}/migrations/0001_initial.py" for app in OURS if app != "loopin"} <= names


def permissions_of(meta):
    """Code names and names: Django's own, and those that the model adds."""
    for action in meta.default_permissions:
        yield f"{action}_{meta.model_name}", f"Can {action} {meta.verbose_name_raw}"
    yield from meta.permissions


@pytest.mark.django_db
def test_the_migration_creates_the_roles_that_the_product_declares():
    Group.objects.all().delete()
    Permission.objects.filter(content_type__app_label="leads").delete()
    import_module("leads.migrations.0001_initial").create_roles(apps, connection.schema_editor())
    created = {
        group.name: sorted(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }
    assert created == {name: sorted(codenames) for name, codenames in ROLES.items()}
    declared = {
        (model._meta.model_name, *permission)
        for model in apps.get_app_config("leads").get_models()
        for permission in permissions_of(model._meta)
    }
    used = Permission.objects.filter(content_type__app_label="leads")
    assert set(used.values_list("content_type__model", "codename", "name")) <= declared
