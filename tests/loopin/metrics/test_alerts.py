"""The alert rules and the dashboard name what exists, and each rule fires when it should and not
else: promtool plays the series of a good day and of a bad one."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from docs import metrics_table
from loopin.metrics.declarations import declared
from tests.docs.markdown import anchors
from tests.each import each
from tests.loopin.metrics.alert_rules import (
    CONFIGURATION,
    DASHBOARD,
    ROOT,
    RULES,
    alerts,
    shortened,
)

PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="Debian's package prometheus")

UP = 'up{job="loopin", instance="a"}'
REQUESTS = 'loopin_requests_total{job="loopin", instance="a", status="%s"}'
BUCKET = 'loopin_request_seconds_bucket{job="loopin", instance="a", le="%s"}'
MESSAGES = 'loopin_provider_messages_total{job="loopin", instance="a", outcome="%s"}'
CODES = 'loopin_codes_total{job="loopin", step="%s", channel="sms", country="IN"}'
TASK = '{job="loopin", task="webhooks"}'

CASES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "LoopinDown": ({UP: "1x50 0x50"}, {UP: "1x100"}),
    "LoopinNoRequests": ({REQUESTS % "2xx": "7x100"}, {REQUESTS % "2xx": "0+1x100"}),
    "LoopinErrors": (
        {REQUESTS % "2xx": "0+90x100", REQUESTS % "5xx": "0+10x100"},
        {REQUESTS % "2xx": "0+99x100", REQUESTS % "5xx": "0+1x100"},
    ),
    "LoopinSlow": (
        {BUCKET % "1": "0+90x100", BUCKET % "5": "0+100x100", BUCKET % "+Inf": "0+100x100"},
        {BUCKET % "1": "0+99x100", BUCKET % "5": "0+100x100", BUCKET % "+Inf": "0+100x100"},
    ),
    "LoopinThreadsBusy": (
        {"loopin_threads_busy": "30x100", "loopin_threads": "32x100"},
        {"loopin_threads_busy": "20x100", "loopin_threads": "32x100"},
    ),
    "LoopinMessagesFail": (
        {'loopin_message_outage_seconds{channel="sms"}': "0x50 60+60x50"},
        {'loopin_message_outage_seconds{channel="sms"}': "0x100"},
    ),
    "LoopinProviderFailing": (
        {MESSAGES % "accepted": "0+8x100", MESSAGES % "failed": "0+2x100"},
        {MESSAGES % "accepted": "0+8x100", MESSAGES % "number_refused": "0+8x100"},
    ),
    "LoopinProviderSlotsBusy": (
        {"loopin_provider_slots_busy": "15x100", "loopin_provider_slots": "16x100"},
        {"loopin_provider_slots_busy": "5x100", "loopin_provider_slots": "16x100"},
    ),
    "LoopinCodesLost": (
        {CODES % "handed_over": "0+2x100", CODES % "delivered": "0+1x100"},
        {CODES % "handed_over": "0+2x100"},  # a provider without reports
    ),
    "LoopinCodesNotTyped": (
        {CODES % "asked": "0+2x100"},
        {CODES % "asked": "0+2x100", CODES % "verified": "0+1x100"},
    ),
    "LoopinLimitsReached": (
        {'loopin_limits_reached_total{limit="send_ip"}': "0+120x100"},
        {'loopin_limits_reached_total{limit="send_ip"}': "0+10x100"},
    ),
    "LoopinWorkerDead": (
        {"loopin_worker_heartbeat_age_seconds": "0x90 60+60x10"},
        {"loopin_worker_heartbeat_age_seconds": "4x100"},
    ),
    "LoopinTaskFailing": (
        {
            f"loopin_task_last_success_timestamp_seconds{TASK}": "5000x100",
            f"loopin_task_interval_seconds{TASK}": "1x100",
        },
        {
            f"loopin_task_last_success_timestamp_seconds{TASK}": "0+60x100",
            f"loopin_task_interval_seconds{TASK}": "1x100",
        },
    ),
    "LoopinEventsNotFollowed": (
        {'loopin_reader_lag_seconds{reader="webhooks"}': "200x100"},
        {'loopin_reader_lag_seconds{reader="webhooks"}': "2x100"},
    ),
    "LoopinWebhooksLate": (
        {"loopin_webhook_overdue_seconds": "200x100"},
        {"loopin_webhook_overdue_seconds": "20x100"},
    ),
    "LoopinWebhooksNotTaken": (
        {"loopin_webhook_oldest_seconds": "4000x100"},
        {"loopin_webhook_oldest_seconds": "400x100"},
    ),
    "LoopinDatabaseDown": (
        {'loopin_database_up{instance="a"}': "1x90 0x10"},
        {'loopin_database_up{instance="a"}': "1x100"},
    ),
    "LoopinOldTransaction": (
        {"loopin_database_oldest_transaction_seconds": "400x100"},
        {"loopin_database_oldest_transaction_seconds": "4x100"},
    ),
    "LoopinConnectionsNearMax": (
        {"loopin_database_connections": "85x100", "loopin_database_max_connections": "100x100"},
        {"loopin_database_connections": "70x100", "loopin_database_max_connections": "100x100"},
    ),
    "LoopinReadingFailed": (
        {'loopin_reading_failed{reading="tables"}': "1x100"},
        {'loopin_reading_failed{reading="tables"}': "0x100"},
    ),
    "LoopinBackupLate": (
        {"loopin_last_backup_timestamp_seconds": "-100000x100"},
        {"loopin_last_backup_timestamp_seconds": "-3600x100"},
    ),
    "LoopinDiskFull": (
        {
            'loopin_disk_free_bytes{disk="media"}': "5x100",
            'loopin_disk_bytes{disk="media"}': "100x100",
        },
        {
            'loopin_disk_free_bytes{disk="media"}': "50x100",
            'loopin_disk_bytes{disk="media"}': "100x100",
        },
    ),
}
"""By alert: series a minute apart with which it fires in the end, and with which it does not."""


def run_promtool(*words: str) -> str:
    done = subprocess.run([PROMTOOL, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_promtool
def test_the_configuration_and_its_rules_are_right():
    assert f"{len(alerts())} rules found" in run_promtool("check", "config", str(CONFIGURATION))


@needs_promtool
def test_the_shortened_copy_is_right(tmp_path):
    (tmp_path / "alerts.yml").write_text(shortened())
    run_promtool("check", "rules", str(tmp_path / "alerts.yml"))


@needs_promtool
def test_each_rule_fires_on_a_bad_day_and_not_on_a_good_one(tmp_path):
    assert CASES.keys() == {rule["alert"] for rule in alerts()}
    tests = [
        played(alert, series, is_firing)
        for alert, days in CASES.items()
        for series, is_firing in zip(days, (True, False), strict=True)
    ]
    content = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(content))
    run_promtool("test", "rules", str(tmp_path / "tests.yml"))


def played(alert: str, series: dict[str, str], is_firing: bool) -> dict:
    fired = f'count(ALERTS{{alertname="{alert}", alertstate="firing"}}) > bool 0 or vector(0)'
    value = int(is_firing)
    return {
        "name": f"{alert} on a {'bad' if is_firing else 'good'} day",
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {"expr": fired, "eval_time": "100m", "exp_samples": [{"labels": "{}", "value": value}]}
        ],
    }


@each("alert", alerts())
def test_each_alert_says_what_is_wrong_how_bad_it_is_and_what_to_do(alert):
    assert alert["labels"]["severity"] in ("critical", "warning")
    assert alert["annotations"]["summary"]
    path, _, anchor = alert["annotations"]["runbook"].partition("#")
    assert anchor == alert["alert"].lower()
    assert anchor in anchors((ROOT / path).read_text())


def test_rules_and_dashboard_name_metrics_and_labels_that_exist():
    metrics_table.render()  # which has everything declared
    known = {metric.name: {label.name for label in metric.labels} for metric in declared}
    for expression in [rule["expr"] for rule in alerts()] + queries(DASHBOARD.read_text()):
        used = re.findall(r"\b(loopin_\w+)(?:\{([^}]*)\})?", expression)
        assert used or "up{" in expression, expression
        for name, matchers in used:
            plain = re.sub(r"_(bucket|sum|count)$", "", name)
            assert plain in known, name
            labels = set(re.findall(r"(\w+)\s*[=!]~?", matchers))
            assert labels <= known[plain] | {"job", "instance", "le"}, expression


def queries(dashboard: str) -> list[str]:
    panels = json.loads(dashboard)["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", ())]


def test_the_dashboard_can_be_imported():
    """https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/"""
    dashboard = json.loads(DASHBOARD.read_text())
    assert dashboard["uid"] == "loopin"
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    placed = [panel["gridPos"] for panel in panels]
    assert all(place["x"] + place["w"] <= 24 for place in placed)
    cells = [
        (place["x"] + x, place["y"] + y)
        for place in placed
        for x in range(place["w"])
        for y in range(place["h"])
    ]
    assert len(set(cells)) == len(cells), "two panels overlap"
    assert all(panel["title"] for panel in panels)
    assert {panel["datasource"]["uid"] for panel in panels if "targets" in panel} == {"${source}"}
