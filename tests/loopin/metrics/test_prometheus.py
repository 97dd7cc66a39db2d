"""A real Prometheus watches a running server and a worker, and each alert fires when its fault is
made.

Three are played by promtool alone (test_alerts.py): connections near the limit, a full disk, and a
late backup.
"""

import urllib.request
from contextlib import suppress
from itertools import count

import psycopg
import pytest

from tests.loopin.metrics.alert_rules import alerts
from tests.loopin.metrics.watched import (
    PROMETHEUS,
    THREADS,
    Watched,
    refuse_connections,
    stop,
    watched,
)
from tests.settings import PROVIDER
from tests.waiting import eventually

pytestmark = [
    pytest.mark.xdist_group("server"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(PROMETHEUS is None, reason="Debian's package prometheus"),
]

ANOTHER_BLOCK = 1000
"""Numbers so far apart are of blocks of their own, so that no limit stops them."""

PLAYED_BY_PROMTOOL = {"LoopinBackupLate", "LoopinConnectionsNearMax", "LoopinDiskFull"}

LATE_WEBHOOK = """
WITH endpoint AS (
    INSERT INTO leads_webhookendpoint (url, description, event_types, is_active, disabled_reason,
                                       seed, previous_seed)
    VALUES ('https://crm.example/hook', '', '{lead.created}', TRUE, '', '', '') RETURNING id
)
INSERT INTO leads_webhookdelivery (endpoint_id, event_type, state, attempts, last_error,
                                   created_at, next_attempt_at)
SELECT id, 'webhook.test', 'pending', 0, '', now() - interval '2 hours', now() - interval '1 hour'
FROM endpoint
"""


def test_every_alert_fires_when_its_fault_is_made(tmp_path, sms):
    with watched(tmp_path) as product:
        with product.repeatedly(lambda: look_at_health(product)):
            are_quiet(product)
            codes_do_not_arrive(product)
            the_worker_hangs(product)
            the_provider_refuses(product)
            the_provider_hangs(product)
            a_table_is_locked(product)
        the_server_hangs(product)
        the_database_is_gone(product)
        the_server_is_killed(product)
        assert product.fired == {rule["alert"] for rule in alerts()} - PLAYED_BY_PROMTOOL


def look_at_health(product: Watched) -> None:
    """Whatever it answers, which is 503 while nothing else gets an answer."""
    with suppress(OSError):
        urllib.request.urlopen(f"{product.url}/api/health", timeout=30).close()


def are_quiet(product: Watched) -> None:
    """Both targets answer, and nothing is wrong."""
    query = f"{product.prometheus}/api/v1/query?query=sum(up)"

    def are_up() -> bool:
        with urllib.request.urlopen(query) as answer:
            return b'"2"]' in answer.read()

    eventually(are_up, seconds=60, failure="Prometheus does not reach both")
    eventually(lambda: not product.firing(), seconds=60, failure="an alert does not end")
    product.fired.clear()


def codes_do_not_arrive(product: Watched) -> None:
    """One is reported as delivered, and nobody types any."""
    [status] = product.ask_for_codes(0, 1)
    assert status == 200
    told = PROVIDER.report("+919876500000", "delivered")
    request = urllib.request.Request(f"{product.url}{told.path}", told.body.encode(), told.headers)
    urllib.request.urlopen(request).close()
    typed = {"phone_number": "+919876500000", "otp_code": "0000"}
    asked = iter(range(1, 1000))
    with product.repeatedly(
        lambda: product.ask_for_codes(next(asked), 1),
        lambda: product.post("/api/auth/verify-otp", typed),
    ):
        product.wait_for("LoopinCodesLost", "LoopinCodesNotTyped", "LoopinLimitsReached")


def the_worker_hangs(product: Watched) -> None:
    """What it should do waits: events to follow, and a webhook that is due."""
    stop(product.processes["work"], but="metrics")
    product.execute(LATE_WEBHOOK)
    product.ask_for_codes(2000, 1)
    product.wait_for(
        "LoopinWorkerDead",
        "LoopinTaskFailing",
        "LoopinEventsNotFollowed",
        "LoopinWebhooksLate",
        "LoopinWebhooksNotTaken",
    )


def the_provider_refuses(product: Watched) -> None:
    PROVIDER.behaviour = 20003
    asked = iter(range(3000, 4000))
    with product.repeatedly(lambda: product.ask_for_codes(next(asked), 1)):
        product.wait_for("LoopinMessagesFail", "LoopinProviderFailing", "LoopinErrors")


def the_provider_hangs(product: Watched) -> None:
    """Messages wait for it, also those whose senders wait no longer."""
    PROVIDER.behaviour = "hang"
    asked = count(10_000, ANOTHER_BLOCK)
    ask = [lambda: product.ask_for_codes(next(asked), 1)] * THREADS
    with product.repeatedly(*ask):
        product.wait_for("LoopinProviderSlotsBusy")
    PROVIDER.reset()


def a_table_is_locked(product: Watched) -> None:
    """Somebody's forgotten transaction: all requests wait for it, and the table cannot be read."""
    asked = count(10_100, ANOTHER_BLOCK)
    ask = [lambda: product.ask_for_codes(next(asked), 1)] * 2 * THREADS
    with psycopg.connect(product.database) as forgotten:
        forgotten.execute("LOCK TABLE accounts_phoneotp")
        with product.repeatedly(*ask):
            product.wait_for(
                "LoopinOldTransaction", "LoopinThreadsBusy", "LoopinSlow", "LoopinReadingFailed"
            )


def the_server_hangs(product: Watched) -> None:
    stop(product.processes["serve"], but="metrics")
    product.wait_for("LoopinNoRequests")


def the_database_is_gone(product: Watched) -> None:
    refuse_connections()
    product.wait_for("LoopinDatabaseDown")


def the_server_is_killed(product: Watched) -> None:
    """Its exporter ends with it."""
    product.processes["serve"].kill()
    product.wait_for("LoopinDown")
