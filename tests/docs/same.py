"""Whether a real answer is the one that a document shows."""

import re
from typing import Any

CHANGING = {"id", "user_id", "profile_id"}
"""Numbers that differ from run to run: only their type counts."""

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
REFRESH_TOKEN = re.compile(r"[\w-]{88}", re.ASCII)
DEVICE_TOKEN = re.compile(r"[\w-]+:[\w-]+:[\w-]{43}", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")


def differences(shown: Any, real: Any, path: str = "answer") -> list[str]:
    """Where they differ. `…` stands for anything: at the end of a string, a list or an object."""
    if isinstance(shown, dict) and isinstance(real, dict):
        return _of_objects(shown, real, path)
    if isinstance(shown, list) and isinstance(real, list):
        return _of_lists(shown, real, path)
    if _is_same(shown, real, path):
        return []
    return [f"{path}: the document shows {shown!r}, the answer is {real!r}"]


def _of_objects(shown: dict[str, Any], real: dict[str, Any], path: str) -> list[str]:
    left_out = real.keys() - shown.keys()
    found = [] if "…" in shown else [f"{path}.{key}: not in the document" for key in left_out]
    found += [f"{path}.{key}: not in the answer" for key in shown.keys() - real.keys() - {"…"}]
    for key in shown.keys() & real.keys():
        found += differences(shown[key], real[key], f"{path}.{key}")
    return found


def _of_lists(shown: list[Any], real: list[Any], path: str) -> list[str]:
    if shown and shown[-1] == "…":
        shown, real = shown[:-1], real[: len(shown) - 1]
    if len(shown) != len(real):
        return [f"{path}: the document shows {len(shown)} items, the answer has {len(real)}"]
    return [
        difference
        for number, pair in enumerate(zip(shown, real, strict=True))
        for difference in differences(*pair, f"{path}[{number}]")
    ]


def _is_same(shown: Any, real: Any, path: str) -> bool:
    if type(shown) is not type(real):
        return False
    if isinstance(shown, str):
        return _is_same_text(shown, real)
    is_changing = path.rpartition(".")[2] in CHANGING and "event_interests" not in path
    return is_changing or shown == real


def _is_same_text(shown: str, real: str) -> bool:
    if MOMENT.fullmatch(shown):
        return MOMENT.fullmatch(real) is not None
    if shown.endswith("-…"):
        return UUID.fullmatch(real) is not None
    if shown.startswith("PwwqUmoOT32aUwqN"):
        return REFRESH_TOKEN.fullmatch(real) is not None
    if shown.startswith("WzQsMCwi"):
        return DEVICE_TOKEN.fullmatch(real) is not None
    if "…" in shown:
        return real.startswith(shown.partition("…")[0]) and len(real) >= len(shown)
    return shown == real
