"""docs/backups.md shows what the commands print, and names what no backup holds."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from loopin.backup.manifest import KEPT_ELSEWHERE
from tests.loopin.backup.conftest import use_media

pytestmark = pytest.mark.django_db(transaction=True)

GUIDE = (Path(__file__).parents[3] / "docs" / "backups.md").read_text()


def shapes(text):
    """Its lines, with numbers alike, and without the list of settings, which the guide shortens."""
    lines = (line.partition("SECRET_KEY")[0] for line in text.splitlines())
    return {re.sub(r"\d[\d.:-]*", "N", line.rpartition("/")[2]) for line in lines}


def test_the_guide_shows_what_the_commands_print(
    back_up, portrait, tmp_path, settings, capsys, use_empty_database
):
    backup = back_up()
    use_empty_database()
    use_media(settings, tmp_path / "other-media")
    call_command("restore", str(backup))
    assert shapes(capsys.readouterr().out) <= shapes(GUIDE)


def test_the_guide_names_the_keys_that_data_depends_on():
    for name in KEPT_ELSEWHERE:
        if "KEY" in name and not name.startswith("S3"):
            assert f"`{name}`" in GUIDE or f"`{name.removesuffix('_FILE')}`" in GUIDE
