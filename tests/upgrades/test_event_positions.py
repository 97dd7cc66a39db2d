"""Who followed events in the order of transactions, as release 1.0 did, goes on in that of ids: of
nothing they are told twice, and of everything once."""

import threading
import time
from importlib import import_module

import pytest
from django.db import connection, transaction

from accounts.models import PersonEvent, User
from accounts.service.changes import read_changes
from leads.insights import rollups
from leads.models import EventCount, Lead, LeadEvent, RollupState, WebhookDelivery, WebhookEndpoint
from leads.models.lead_event import EventKind
from leads.models.webhook_types import EVENT_TYPES
from leads.webhooks import delivery
from loopin.sql import execute, fetch_rows
from tests.cast import ALICE, BOB, CAROL
from tests.leads.insights.counted import counted, facts

pytestmark = pytest.mark.django_db(transaction=True)

MIGRATION = import_module("leads.migrations.0003_event_positions")
TABLES = {"lead": "leads_leadevent", "person": "accounts_personevent"}
ANOTHER_SERVER = 10**15
"""A transaction that this server will never have."""


def arrive(number):
    Lead.objects.advance(number, EventKind.CODE_REQUESTED)
    User.objects.create(username=number, phone_number=number, is_verified=True)


def in_a_thread(work):
    def run():
        work()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)


@pytest.fixture
def crossed():
    """Alice's transaction is the older one, and draws its ids after Bob's: 1.0 tells of her first.

    The position of 1.0 behind her events, by table; of Bob, and of Carol, it has not told yet.
    """
    with transaction.atomic():
        execute("SELECT pg_current_xact_id()", [])
        in_a_thread(lambda: arrive(BOB))
        arrive(ALICE)
    places = {
        name: fetch_rows(f"SELECT transaction_id, id FROM {table} ORDER BY 1, 2", [])
        for name, table in TABLES.items()
    }
    assert all(first[1] > second[1] for first, second in places.values())
    arrive(CAROL)
    return {name: first for name, (first, _) in places.items()}


def count_as_1_0(place):
    """What 1.0 has counted when it has counted Alice's event alone."""
    transaction_id, event_id = place
    event = LeadEvent.objects.get(pk=event_id)
    rollups.rebuild()
    EventCount.objects.update(count=1)
    sql = "UPDATE leads_rollupstate SET transaction_id = %s, event_id = %s, refreshed_at = now()"
    execute(f"{sql}, position = 0, carried_over_to = 0", [transaction_id, event_id])
    return event


def test_the_counts_go_on_behind_what_1_0_has_counted(crossed):
    count_as_1_0(crossed["lead"])
    assert rollups.take_round(events=1, days=0) == (1, 0)
    assert EventCount.objects.get().count == 2  # Bob's, and no longer Alice's
    rollups.refresh()
    assert counted() == facts()
    assert EventCount.objects.get().count == 3
    assert rollups.take_round() == (0, 0)


def test_counts_made_anew_meanwhile_are_those_from_nothing(crossed):
    count_as_1_0(crossed["lead"])
    rollups.take_round(events=1, days=0)
    state = RollupState.objects.get()
    assert state.position < state.carried_over_to
    rollups.rebuild()
    assert counted() == facts()


def test_1_0_leaves_the_counts_alone_from_then_on(crossed):
    count_as_1_0(crossed["lead"])
    due = "SELECT FROM leads_rollupstate WHERE refreshed_at <= now()"
    assert len(fetch_rows(due, [])) == 1
    rollups.take_round(events=1)
    assert fetch_rows(due, []) == []


def test_counts_of_another_server_go_on_behind_the_last_event_counted(crossed):
    """Its dump was restored here, where transactions have lower ids."""
    _, event_id = crossed["lead"]
    count_as_1_0((str(ANOTHER_SERVER), event_id))
    EventCount.objects.update(count=2)
    rollups.refresh()
    assert RollupState.objects.get().position == LeadEvent.objects.latest("pk").pk
    rollups.rebuild()
    assert counted() == facts()


@pytest.fixture
def endpoint(crossed):
    """One that 1.0 has told of Alice, whose deliveries wait."""
    made = WebhookEndpoint.objects.create(url="http://127.0.0.1:9/", event_types=EVENT_TYPES)
    told = {"event_id": crossed["lead"][1], "event_type": "lead.created"}
    WebhookDelivery.objects.create(endpoint=made, **told)
    told = {"person_event_id": crossed["person"][1], "event_type": "user.verified"}
    WebhookDelivery.objects.create(endpoint=made, **told)
    move(crossed)
    return made


def move(places):
    for name, place in places.items():
        sql = f"UPDATE leads_webhookendpoint SET {name}_transaction_id = %s, {name}_event_id = %s"
        execute(sql, place)


def migrate():
    execute(MIGRATION.CARRY_OVER, None)
    execute(MIGRATION.CARRY_OVER_PEOPLE, None)


def told():
    """The numbers of the people of whom there are deliveries, each as often as it is told."""
    leads = WebhookDelivery.objects.exclude(event=None)
    people = WebhookDelivery.objects.exclude(person_event=None).values_list("person_event__user_id")
    users = dict(User.objects.values_list("pk", "phone_number"))
    return (
        sorted(leads.values_list("event__lead__phone_number", flat=True)),
        sorted(users[user_id] for (user_id,) in people),
    )


def test_an_endpoint_is_told_once_of_what_1_0_has_not_told(endpoint):
    migrate()
    delivery.collect()
    everybody = sorted([ALICE, BOB, CAROL])
    assert told() == (everybody, everybody)


def test_an_endpoint_of_another_server_goes_on_behind_the_last_event_told(endpoint, crossed):
    move({name: (str(ANOTHER_SERVER), place[1]) for name, place in crossed.items()})
    migrate()
    delivery.collect()
    assert told() == (sorted([ALICE, CAROL]), sorted([ALICE, CAROL]))


def test_an_endpoint_that_1_0_makes_meanwhile_begins_at_the_end(crossed):
    """It names none of the columns that this release added."""
    execute(
        "INSERT INTO leads_webhookendpoint (url, description, event_types, is_active,"
        " disabled_reason, seed, previous_seed, lead_event_id, person_event_id)"
        " VALUES ('http://127.0.0.1:9/', '', %s, TRUE, '', '', '', 0, 0)",
        [EVENT_TYPES],
    )
    made = WebhookEndpoint.objects.get()
    assert made.lead_position == LeadEvent.objects.latest("pk").pk
    assert made.person_position == PersonEvent.objects.latest("pk").pk


@pytest.fixture
def reader(key_of):
    key_of("users:read")
    user = User.objects.get(username__startswith="service:")
    user.token_id = 1
    return user


def test_a_service_goes_on_with_a_cursor_of_1_0(crossed, reader):
    """It may be told of Alice again, and is told of the others."""
    transaction_id, event_id = crossed["person"]
    page = read_changes(f"{transaction_id}-{event_id}-{round(time.time())}", reader=reader)
    assert {BOB, CAROL} <= {user["phone_number"] for user in page.people.users}
    assert read_changes(str(page.next), reader=reader).people.users == []


def test_1_0_reads_a_cursor_of_this_release_as_one_before_every_event(crossed, reader):
    """Its first part is the transaction, and there is none with that id."""
    page = read_changes("", reader=reader)
    transaction_id, event_id, *_ = str(page.next).split("-")
    assert (transaction_id, int(event_id)) == ("0", PersonEvent.objects.latest("pk").pk)
