"""The pre-commit hooks, the CI workflow and `make check` ask for the same things."""

import re
import tomllib

import yaml

from tests.docs.markdown import ROOT, read
from tests.each import each

GITHUB_FILES = sorted((ROOT / ".github").rglob("*.yml"))
TOOLS = {"ruff", "mypy", "djlint", "hadolint"}


def commands_of(target: str) -> list[str]:
    """The lines of a make target, with `.venv/bin` written out."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", read("Makefile"), re.MULTILINE)
    assert recipe is not None
    lines = recipe[1].replace("$(BIN)", ".venv/bin").splitlines()
    return [line.strip().lstrip("@") for line in lines]


def steps_of(job: dict) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def workflow() -> dict:
    return yaml.safe_load(read(".github/workflows/ci.yml"))


def test_each_hook_runs_a_command_of_make_check():
    [repository] = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    assert repository["repo"] == "local"
    entries = [hook["entry"] for hook in repository["hooks"]]
    assert [entry for entry in entries if entry not in commands_of("check")] == []
    assert all(hook["language"] == "system" for hook in repository["hooks"])


def test_every_tool_of_make_check_has_a_hook():
    [repository] = yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]
    hooked = {hook["entry"].split()[0].rpartition("/")[2] for hook in repository["hooks"]}
    checked = {line.split()[0].rpartition("/")[2] for line in commands_of("check")}
    assert checked >= TOOLS
    assert hooked >= TOOLS


def test_ci_runs_the_whole_check_on_every_python_from_the_oldest_on():
    job = workflow()["jobs"]["test"]
    versions = job["strategy"]["matrix"]["python"]
    oldest = tomllib.loads(read("pyproject.toml"))["project"]["requires-python"].removeprefix(">=")
    assert versions[0] == oldest
    minors = [int(version.partition(".")[2]) for version in versions]
    assert minors == list(range(minors[0], minors[0] + len(minors)))
    assert len(minors) >= 4
    assert steps_of(job) == [".ci/run"]


def test_the_newest_django_may_fail():
    job = workflow()["jobs"]["newest-django"]
    assert job["continue-on-error"] is True
    *before, last = steps_of(job)
    assert last == ".ci/run"
    assert any("--upgrade --pre django" in step for step in before)


@each("path", GITHUB_FILES)
def test_the_files_for_the_host_are_valid_yaml(path):
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)
