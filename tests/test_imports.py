"""Dependencies run one way: interests ← accounts ← leads, and so between the packages of an app.

`loopin` imports no app. A package is a folder of an app, or a module on the app's top level.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
APPS = ("interests", "accounts", "leads")
MAY_IMPORT = {
    "loopin": {"loopin"},
    "interests": {"interests", "loopin"},
    "accounts": {"accounts", "interests", "loopin"},
    "leads": {"leads", "accounts", "interests", "loopin"},
}
MAY_IMPORT_APPS = {"loopin.urls", "loopin.api"}
DOORS = (
    "django.forms",
    "django.http",
    "loopin.web.forms",
    "loopin.web.http",
    "loopin.web.openapi",
    "loopin.web.schemas",
    "ninja",
)


def files() -> Iterator[Path]:
    for app in MAY_IMPORT:
        yield from (p for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in files()}


def imported(path: Path) -> Iterator[str]:
    """The modules of ours and of others that a file imports, in full."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else str(node.module)


def package_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_an_app_imports_only_what_lies_before_it():
    for name, path in MODULES.items():
        allowed = MAY_IMPORT[name.split(".")[0]] | (set(APPS) if name in MAY_IMPORT_APPS else set())
        found = {module.split(".")[0] for module in imported(path)}
        assert found & {*APPS, "loopin", "tests"} <= allowed, name


def test_no_two_packages_import_each_other():
    """Not through others either."""
    imports: dict[str, set[str]] = {}
    for name, path in MODULES.items():
        ours = {package_of(module) for module in imported(path) if module in MODULES}
        imports.setdefault(package_of(name), set()).update(ours - {package_of(name)})
    while leaves := [package for package, needed in imports.items() if not needed & imports.keys()]:
        for package in leaves:
            del imports[package]
    assert imports == {}


def test_flows_know_no_request_form_or_json():
    for name, path in MODULES.items():
        if name.endswith(".flows"):
            assert not [m for m in imported(path) if m.startswith(DOORS)], name
