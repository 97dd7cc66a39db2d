"""The previous release's code runs on the present schema, and the present code goes on with its
data: an upgrade as it happens in the field, with both versions at work."""

import os
from collections import Counter
from contextlib import contextmanager
from json import loads

import psycopg
import pytest
from django.db import connection

from tests import processes, twilio
from tests import receiver as receivers
from tests.cast import ALICE, BOB, CAROL, DAVE
from tests.live import database_url
from tests.released import release
from tests.upgrades import sites
from tests.upgrades.broken_rules import broken_rules
from tests.upgrades.people import PASSWORD, Person, Staff
from tests.waiting import eventually

pytestmark = [
    pytest.mark.xdist_group("server"),
    pytest.mark.skipif(
        not release.is_in_history(release.kept().commit),
        reason="This copy has no history that reaches back to the previous release:"
        " git fetch --unshallow",
    ),
]

PREVIOUS = release.kept()
EVE, FRANK, GRACE, HEIDI = (f"+9198765000{number}" for number in range(11, 15))

ENDPOINT = """
from leads.models import WebhookEndpoint
from leads.models.webhook_types import EVENT_TYPES
WebhookEndpoint.objects.create(url={url!r}, event_types=EVENT_TYPES)
"""
TOLD = """
SELECT kind FROM accounts_personevent
UNION ALL SELECT 'lead.created' FROM leads_lead
UNION ALL SELECT 'lead.verified' FROM leads_leadevent WHERE kind = 'phone_verified'
UNION ALL SELECT 'lead.stalled' FROM leads_leadevent WHERE kind = 'stalled'
"""
COUNTED = """
SELECT (SELECT count(*) FROM leads_leadevent), (SELECT sum(count) FROM leads_eventcount)
"""
LOGGED = "SELECT id FROM accounts_securityevent ORDER BY id"
RETRY_AT_ONCE = """
UPDATE leads_webhookdelivery SET next_attempt_at = now() WHERE state = 'pending'
"""


class Told:
    """What the other system has taken. It first refuses everything, so that messages wait."""

    def __init__(self, receiver: receivers.Receiver) -> None:
        self.receiver = receiver
        self.refused = 0
        receiver.status = 503

    def accept(self) -> None:
        self.refused = len(self.receiver.messages)
        self.receiver.status = 204

    def types(self) -> Counter[str]:
        return Counter(loads(message.body)["type"] for message in self.taken())

    def taken(self) -> list[receivers.Message]:
        return self.receiver.messages[self.refused :]


@pytest.fixture
def told():
    with receivers.running() as receiver:
        yield Told(receiver)


@pytest.fixture
def database(django_db_blocker):
    """The address of an empty database on the server of the tests."""
    with django_db_blocker.unblock():
        connection.get_connection_params()  # starts the embedded server
    name = f"upgraded_{os.getpid()}"
    tests = connection.settings_dict["NAME"]
    address = database_url().replace(f"/{tests}?", f"/{name}?")
    with psycopg.connect(address, dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield address
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def provider():
    return twilio.start()


@pytest.fixture
def versions(tmp_path, database, provider):
    """The two sites: of the previous release, and of the present code."""
    media = tmp_path / "media"
    media.mkdir()
    told = sites.environment(database, media, provider)
    folder = sites.unpack(PREVIOUS.commit, tmp_path / "previous")
    previous = sites.Site(folder, told, tmp_path / "logs-of-previous")
    present = sites.Site(release.ROOT, told, tmp_path / "logs-of-present")
    yield previous, present
    previous.stop()
    present.stop()


@contextmanager
def obeying_the_rules(previous, step):
    """If something goes wrong, say which rule it shows to be broken."""
    try:
        yield
        problem = None
    except (AssertionError, OSError) as error:
        problem = error
    rules = broken_rules(previous.log())
    if problem or rules:
        broken = [f"Broken rule (docs/upgrades.md): {rule}" for rule in rules]
        what = f"Release {PREVIOUS.version} does not run on the present schema: {step}."
        pytest.fail("\n".join([what, *broken, f"{type(problem).__name__}: {problem}"]))


def rows(address, sql):
    with psycopg.connect(address) as server:
        return server.execute(sql).fetchall()


def execute(address, sql):
    with psycopg.connect(address) as server:
        server.execute(sql)


def play(url, provider, staff, numbers):
    """Two people come, one of whom staff take up; the first person."""
    first, second = (Person(url, provider, number) for number in numbers)
    etag = staff.open_desk()
    first.sign_up()
    second.register(f"bob{second.number[-2:]}@example.com")
    eventually(lambda: is_changed(staff, etag), failure="the desk saw nothing")
    return first


def is_changed(staff, etag):
    return staff.poll(etag)[0] == 200


def take_up(staff, address, number):
    """Claim the lead of somebody who never typed the code, call and write a note."""
    [(lead_id,)] = rows(address, f"SELECT id FROM leads_lead WHERE phone_number = '{number}'")
    staff.act(lead_id, "claim")
    staff.act(lead_id, "note", text="Asks for tickets.")
    staff.act(lead_id, "call", outcome="reached")
    assert "Asks for tickets." in staff.read(f"/leads/{lead_id}/")


def test_the_previous_release_runs_on_the_present_schema(versions, database, provider, told):
    previous, present = versions
    previous.manage("migrate", "--verbosity", "0")
    previous.manage(
        *("createsuperuser", "--no-input", "--username", "mona", "--email", "mona@example.com"),
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )
    previous.manage("shell", "-v0", "-c", ENDPOINT.format(url=told.receiver.url))
    server, url = previous.serve()
    worker = previous.work()
    staff = Staff(url)
    staff.sign_in("mona")
    alice = play(url, provider, staff, (ALICE, BOB))
    Person(url, provider, CAROL).ask_for_code()
    eventually(lambda: told.receiver.messages, failure="no message was tried")
    eventually(lambda: rows(database, COUNTED)[0][1], failure="nothing was counted")

    logged = rows(database, LOGGED)
    present.manage("migrate", "--verbosity", "0")
    assert rows(database, LOGGED)[: len(logged)] == logged != []
    told.accept()
    execute(database, RETRY_AT_ONCE)
    with obeying_the_rules(previous, "web and worker of the previous release"):
        play(url, provider, staff, (DAVE, EVE))
        take_up(staff, database, CAROL)
        alice.refresh()
        alice.change_profile("Dances.")
        eventually(lambda: told.types()["user.verified"] == 4, failure="no webhooks came")
        assert "events of people: 0 removed" in previous.manage("purge")
        assert "%" in staff.read("/leads/insights/")
        assert rows(database, LOGGED)[-1] > logged[-1]

    processes.end(worker)
    present.work()
    with obeying_the_rules(previous, "its web with the present worker"):
        play(url, provider, staff, (FRANK, GRACE))
        alice.refresh()

    _, newer_url = present.serve()
    with obeying_the_rules(previous, "its web beside the present one"):
        alice.url = staff.url = newer_url
        play(newer_url, provider, staff, ("+919876500021", "+919876500022"))
        play(url, provider, Staff(url, staff.browser), ("+919876500023", "+919876500024"))
        alice.refresh()
        alice.change_profile("Sings and dances.")
    processes.end(server)
    alice.delete_account()

    def is_told():
        return told.types() == Counter(kind for (kind,) in rows(database, TOLD))

    eventually(is_told, failure=f"{told.types()} was told")
    ids = Counter(message.headers["webhook-id"] for message in told.taken())
    assert set(ids.values()) == {1}, "something was told twice"
    eventually(
        lambda: len({*rows(database, COUNTED)[0]}) == 1, failure="the counts did not catch up"
    )
    assert "ERROR" not in present.log()
