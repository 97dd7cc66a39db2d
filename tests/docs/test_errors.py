"""docs/errors.md has every code, of failures and of broken fields, with what to do about it."""

import ast
import re

from docs import error_tables
from loopin.errors import LoopinError
from loopin.web.body_errors import FOUND_BY_PYDANTIC
from loopin.web.field_codes import CHOICE, FIELD_CODES, OTHER
from tests.docs.markdown import ROOT, read, rows
from tests.each import each

WITH_RULES = (
    *("accounts", "interests", "loopin/text", "loopin/web/schemas.py", "loopin/web/query.py"),
    *("leads/rules.py", "leads/webhooks/rules.py"),
)
OF_DJANGO = {f"password_{what}" for what in ("too_short", "too_common", "too_similar")} | {
    "password_entirely_numeric"
}
OF_PAGES = {"incomplete"}
"""Only the form with three boxes for a date says it."""

OF_TYPES = {"invalid_type"}
"""loopin/web/body_errors.py says it of what pydantic finds."""

CLASSES = error_tables.error_classes()
ANSWERED = error_tables.places()


def codes_in(source: str) -> set[str]:
    """What is written as a code: `code="x"`, `code = "x" if … else "y"`, `reason = "x"`, and the
    second argument of an error of one field."""
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "code":
            found.append(node.value)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found += [node.value] if node.targets[0].id in {"code", "reason"} else []
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__":
            found += node.args[1:2]
    ways = [[v.body, v.orelse] if isinstance(v, ast.IfExp) else [v] for v in found]
    parts = [part.value for way in ways for part in way if isinstance(part, ast.Constant)]
    return {part for part in parts if re.fullmatch("[a-z_]{4,}", str(part))}


def written() -> set[str]:
    paths = [path for name in WITH_RULES for path in files_of(name)]
    return set().union(*(codes_in(path.read_text(encoding="utf-8")) for path in paths))


def files_of(name: str):
    path = ROOT / name
    return path.rglob("*.py") if path.is_dir() else [path]


def test_every_code_that_a_rule_gives_is_known():
    assert written() - CLASSES.keys() - FIELD_CODES.keys() == OF_PAGES


def test_every_known_code_is_given_by_a_rule():
    assert FIELD_CODES.keys() - written() == OF_DJANGO | OF_TYPES


@each("code", sorted(ANSWERED))
def test_every_error_says_what_a_client_does_next(code):
    assert re.fullmatch(r"[A-Z].+\.", CLASSES[code].advice), CLASSES[code]


def test_no_error_that_the_api_does_not_answer_says_so():
    loose = [kind for code, kind in CLASSES.items() if kind.advice and code not in ANSWERED]
    inherited = {kind for kind in loose if "advice" not in vars(kind)}
    assert set(loose) - inherited == set()


def test_the_page_has_every_code_once():
    shown = [row[1] for row in rows(read("docs/errors.md"), "Status")]
    assert sorted(shown) == sorted(ANSWERED)
    fields = [row[0] for row in rows(read("docs/errors.md"), "Code of a field")]
    assert fields == sorted(FIELD_CODES)


def test_a_class_is_found_by_its_code():
    class Kettle(LoopinError):
        code = "kettle_of_the_tests"

    assert error_tables.error_classes()["kettle_of_the_tests"] is Kettle


@each(
    "body, code",
    [
        ({"order": ["x"]}, OTHER),
        ({"order": "x"}, "invalid_type"),
        ({}, "required"),
    ],
)
def test_what_pydantic_finds_by_itself_has_one_of_our_codes(api, alice, token_of, body, code):
    token = token_of(alice)
    answer = api.request("PUT", "/api/auth/profile-pictures/order", body, token=token)
    assert answer.status_code == 422
    assert {error["code"] for error in answer.json()["errors"]} == {code}
    assert {CHOICE, OTHER, *(code for code, _ in FOUND_BY_PYDANTIC.values())} <= FIELD_CODES.keys()
