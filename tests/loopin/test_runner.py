"""`manage.py test` runs the tests, and ends as they end."""

import re
import subprocess
import sys

import pytest
from django.conf import settings

from tests.runner import PytestRunner

ROOT = settings.BASE_DIR


def manage_test(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "manage.py", "test", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def one_of_two_fails(tmp_path):
    """The path of a file of tests, one of which fails."""
    path = tmp_path / "test_sums.py"
    path.write_text("def test_right():\n    assert True\n\n\ndef test_wrong():\n    assert False\n")
    return str(path)


def test_the_settings_are_those_of_the_tests():
    result = manage_test("tests/loopin/test_runner.py", "-k", "reads_the_settings_of_the_tests")
    assert "1 passed" in result.stdout
    assert result.returncode == 0


def test_a_run_reads_the_settings_of_the_tests():
    assert settings.SETTINGS_MODULE == "tests.settings"


def test_a_failure_is_told(one_of_two_fails):
    result = manage_test(one_of_two_fails)
    assert "1 failed, 1 passed" in result.stdout
    assert result.returncode == 1


def test_no_tests_at_all_is_a_failure(tmp_path):
    assert manage_test(str(tmp_path)).returncode != 0


def test_what_pytest_does_not_understand_is_refused(one_of_two_fails):
    result = manage_test(one_of_two_fails, "--shuffle")
    assert "unrecognized arguments: --shuffle" in result.stderr
    assert result.returncode == 2


@pytest.fixture
def two_groups(tmp_path):
    """The path of a file with two groups of tests."""
    path = tmp_path / "test_groups.py"
    path.write_text(
        "import pytest\n"
        "several = pytest.mark.parametrize('number', range(4))\n"
        "@pytest.mark.xdist_group('first')\n"
        "@several\n"
        "def test_first(number): pass\n"
        "@pytest.mark.xdist_group('second')\n"
        "@several\n"
        "def test_second(number): pass\n"
    )
    return str(path)


def test_a_group_of_tests_stays_in_one_process(two_groups):
    result = manage_test(two_groups, "--parallel=2", "--verbosity=2")
    where = re.findall(r"\[(gw\d)\].*PASSED.*::test_(first|second)", result.stdout)
    assert len(where) == 8
    assert len(set(where)) == 2


def test_the_words_of_django_become_those_of_pytest():
    runner = PytestRunner(
        verbosity=2, failfast=True, keepdb=True, parallel="3", patterns="door", interactive=False
    )
    assert runner.arguments == [
        *("--verbose", "--exitfirst", "--reuse-db"),
        *("--numprocesses=3", "--dist=loadgroup", "-k", "door"),
    ]
    assert PytestRunner().arguments == []
