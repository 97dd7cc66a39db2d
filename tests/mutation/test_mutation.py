"""What `make mutants` relies on, without a mutant."""

import pytest

from tests.mutation.__main__ import PROJECT
from tests.mutation.subjects import SUBJECTS, TOO_SLOW
from tests.mutation.undecorated import undecorated

WHOLE = ("accounts/codes", "accounts/sessions", "accounts/consent")
DECORATED = """\
class Token:
    @classmethod
    @raises(Invalid)
    def parse(cls, text):
        return cls(text)
"""
WRITTEN_OUT = """\
class Token:

    def parse(cls, text):
        return cls(text)
    parse = classmethod(raises(Invalid)(parse))"""


def test_a_decorator_becomes_the_assignment_it_stands_for():
    assert undecorated(DECORATED) == WRITTEN_OUT


@pytest.mark.parametrize("name", SUBJECTS)
def test_modules_and_tests_of_a_subject_are_there(name):
    subject = SUBJECTS[name]
    assert [one for one in subject.modules if not any(PROJECT.glob(one))] == []
    assert [one for one in subject.tests if not (PROJECT / one).exists()] == []


def test_tests_that_are_left_out_are_there():
    for path, _, name in (test.partition("::") for test in TOO_SLOW):
        assert f"def {name}(" in (PROJECT / path).read_text()


@pytest.mark.parametrize("package", WHOLE)
def test_each_module_of_a_package_belongs_to_one_subject(package):
    patterns = [pattern for subject in SUBJECTS.values() for pattern in subject.modules]
    for module in (PROJECT / package).glob("*.py"):
        path = module.relative_to(PROJECT)
        assert [path.match(pattern) for pattern in patterns].count(True) == 1, path
