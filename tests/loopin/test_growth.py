"""No text that a client can send takes longer to read than in proportion to its length."""

import json
import subprocess
import sys

from tests.each import each

QUADRATIC_OR_WORSE = [
    r"([Kk]ey) \([^\n]*?\)=\(.*?\)(?= already| is | conflicts|[.\n]|\Z)",
    r"eyJ[\w-]{5,}(?:\.[\w-]*){1,2}",
    r"(a+)+$",
    r"\s+$",
    r"[a-z]+@",
    r"^r/(?P<content_type_id>.+)/(?P<object_id>.+)/\Z",
]


def measured(*patterns):
    """What `tests/growth` prints, from a process of its own that is ended if it hangs."""
    command = [sys.executable, "-m", "tests.growth", *patterns]
    return json.loads(
        subprocess.run(command, stdout=subprocess.PIPE, timeout=400, check=True).stdout
    )


def test_nothing_reads_a_text_in_more_than_linear_time():
    report = measured()
    assert report["found"] == {}
    assert report["looked_at"] > 200


def test_patterns_that_take_quadratic_time_are_found():
    found = measured(*QUADRATIC_OR_WORSE)
    assert [pattern for pattern, text in found.items() if text is None] == []


@each("pattern", ["[0-9]{4,8}", r"otp[^\n]{0,80}", r"\S+", r"(?<![\w-])[\w-]{43,}"])
def test_patterns_that_take_linear_time_pass(pattern):
    assert measured(pattern) == {pattern: None}
