"""What the product does not take from the system, which a bare one lacks."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
READ_A_TIME_ZONE = "from zoneinfo import ZoneInfo; print(ZoneInfo('Asia/Kolkata'))"


def run(code: str, **environment: str) -> str:
    """What the code prints in an environment that holds nothing but what is named."""
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_time_zones_need_no_database_of_the_system():
    assert run(READ_A_TIME_ZONE, PYTHONTZPATH="") == "Asia/Kolkata\n"
