"""The alert rules that an operator gets, and a copy of them that fires within seconds."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deploy" / "observability"
RULES = FOLDER / "alerts.yml"
CONFIGURATION = FOLDER / "prometheus.yml"
DASHBOARD = FOLDER / "dashboard.json"

WINDOWS = {"5m": "5s", "30m": "30s", "1h": "30s"}
"""The windows of rates, in the copy. There has to be room for two scrapes, one second apart."""

THRESHOLDS = {
    "LoopinWorkerDead": ("> 60", "> 12"),
    "LoopinTaskFailing": ("> 60 + 5 *", "> 6 + 1.2 *"),
    "LoopinEventsNotFollowed": ("> 120", "> 6"),
    "LoopinOldTransaction": ("> 300", "> 3"),
    "LoopinCodesLost": ("> 20", "> 2"),
    "LoopinCodesNotTyped": ("> 20", "> 2"),
    "LoopinLimitsReached": ("> 1", "> 0.1"),
    "LoopinSlow": ("> 2", "> 1"),
}
"""What would take too long, or too many people, to come to pass in a test."""


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def shortened() -> str:
    """The same rules, without the time for which something has to last."""
    rules = [rule | {"expr": _shortened(rule), "for": "0s"} for rule in alerts()]
    return yaml.safe_dump({"groups": [{"name": "loopin", "rules": rules}]})


def _shortened(rule: dict[str, Any]) -> str:
    expression = rule["expr"]
    threshold, smaller = THRESHOLDS.get(rule["alert"], ("", ""))
    assert threshold in expression
    expression = expression.replace(threshold, smaller) if threshold else expression
    return re.sub(r"\[(\w+)\]", lambda window: f"[{WINDOWS[window[1]]}]", expression)
