"""The README's walk with curl works when it is pasted, and answers as it says."""

import json
import os
import subprocess

import pytest

from tests.docs.markdown import ROOT, blocks, elided, read, section
from tests.docs.same import differences
from tests.live import LiveSite

WALK = "The API with curl"
END_OF_BLOCK = "----- end of block"


@pytest.mark.xdist_group("live")
def test_the_walk_with_curl_answers_as_the_readme_says(live: LiveSite):
    walk = section(read("README.md"), WALK)
    outputs = pasted([block.text for block in blocks(walk, "bash")], live)
    shown = [json.loads(elided(block.text)) for block in blocks(walk, "json")]
    real = [json.loads(output.splitlines()[-1]) for output in outputs if output.strip()]
    assert len(shown) == len(real) == 5
    for document, answer in zip(shown, real, strict=True):
        assert differences(document, answer) == []


def pasted(commands: list[str], live: LiveSite) -> list[str]:
    """What each block prints when a person pastes one after the other into bash."""
    script = "".join(f"{command}echo '{END_OF_BLOCK}'\n" for command in commands)
    for written, real in {
        "http://localhost:8000": live.url,
        "var/loopin.log": str(live.log_path),
    }.items():
        assert written in script
        script = script.replace(written, real)
    result = subprocess.run(
        ["bash"],
        input=script,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        timeout=60,
        check=True,
    )
    assert result.stderr == ""
    return result.stdout.split(END_OF_BLOCK)[:-1]
