"""The version stands in `loopin/__init__.py`; whatever else names it reads it there or agrees."""

import re
import tomllib

from loopin import __version__
from loopin.api import api
from tests.docs.markdown import read

PROJECT = tomllib.loads(read("pyproject.toml"))


def test_the_package_reads_it():
    assert "version" in PROJECT["project"]["dynamic"]
    assert PROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "loopin.__version__"}


def test_the_description_of_the_api_reads_it():
    assert api.version == __version__


def test_the_changelog_has_it_as_its_newest_release():
    headings = re.findall(r"^## (.*)$", read("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert re.fullmatch(rf"\[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d", headings[1])


def test_the_changelog_has_the_usual_sections():
    sections = re.findall(r"^### (.*)$", read("CHANGELOG.md"), re.MULTILINE)
    usual = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert sections
    assert set(sections) <= usual
