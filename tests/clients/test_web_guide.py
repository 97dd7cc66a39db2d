"""The TypeScript of docs/apps/web.md compiles strictly, and does what the guide says."""

import re
import shutil
from pathlib import Path

import pytest

from tests.docs.markdown import blocks, read

pytestmark = pytest.mark.xdist_group("clients")

HERE = Path(__file__).parent
NUMBER = "+916205820009"
STEPS = f"""\
ask: {NUMBER} 4
wrong code: otp_invalid false true
verify: true
broken: name,profile_pictures
upload: 1 true
five at once: 1 1
a lost answer: Asha Rao 0
no network: no answer 0
and back: Asha Rao 0
log out: 1 not_authenticated
"""


@pytest.fixture
def guide(folder):
    """The folder with the files that the guide shows, each under the name in its first line."""
    shutil.copytree(HERE / "web_guide", folder / "web_guide")
    shutil.copy(HERE / "typescript" / "world.ts", folder / "web_guide")
    shutil.copy(HERE / "typescript" / "tsconfig.json", folder / "web_guide" / "strict.json")
    for block in blocks(read("docs/apps/web.md"), "ts"):
        name = re.match(r"// ([\w-]+\.ts)\n", block.text)[1]
        (folder / "web_guide" / name).write_text(block.text, encoding="utf-8")
    return "web_guide"


def test_the_code_of_the_guide_signs_people_in_and_out(run, guide, picture, live):
    run("tsc", "--project", "tsconfig.json", at=guide)
    told = run("node", "journey.ts", live.url, NUMBER, live.log_path, picture, at=guide)
    assert told == STEPS
