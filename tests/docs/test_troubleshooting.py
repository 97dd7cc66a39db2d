"""docs/troubleshooting.md explains everything that `manage.py doctor` examines."""

import re
from pathlib import Path

from loopin.doctor.registry import subjects

GUIDE = Path(__file__).parents[2] / "docs" / "troubleshooting.md"


def test_every_subject_of_doctor_is_explained():
    table = GUIDE.read_text(encoding="utf-8").partition("| Name | What is examined |")[2]
    rows = re.findall(r"^\| `(\w+)` \|", table.partition("\n\n")[0], re.MULTILINE)
    assert sorted(rows) == sorted(subjects())
