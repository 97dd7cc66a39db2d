from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_migrate
from django.dispatch import Signal, receiver
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.messaging import outages
from interests.listing import listing
from interests.models import EventInterest
from leads.insights import rollups
from leads.models import LeadEvent
from leads.models.lead_event import ORDER
from tests import answers
from tests.api import FORM, Api
from tests.database import empty_quickly, end_other_sessions
from tests.live import _live_server, live, serve  # noqa: F401  fixtures
from tests.people import (  # noqa: F401  fixtures
    alice,
    bob,
    browser_of,
    carol,
    colleague,
    key_of,
    manager,
    sales_admin,
    sales_manager,
    staff,
    token_of,
)
from tests.settings import PROVIDER
from tests.twilio import Provider
from tests.waiting import eventually

interests_migration = import_module("interests.migrations.0002_ten_interests")
leads_migration = import_module("leads.migrations.0001_initial")


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def sms() -> Iterator[Provider]:
    """The provider: what it was sent, and how it behaves."""
    PROVIDER.reset()
    yield PROVIDER
    PROVIDER.reset()


@pytest.fixture
def reports(sms: Provider, settings):
    """`reports(number, "delivered")`: the provider tells the site what became of the message."""
    settings.SMS_STATUS_CALLBACKS = True

    def report(phone_number: str, status: str, error_code: str = ""):
        told = sms.report(phone_number, status, error_code)
        return Client().post(told.path, told.body, FORM, headers=told.headers)

    return report


@pytest.fixture
def heard():
    """`heard(signal)`: the list of what the signal carries from here on.

    Its sender is a model, by which a receiver may choose what it hears.
    """
    connected = []

    def listen(signal: Signal) -> list[dict[str, Any]]:
        carried: list[dict[str, Any]] = []

        def receive(sender: type[Model], signal: Signal, **kwargs: Any) -> None:
            assert issubclass(sender, Model)
            carried.append(kwargs)

        signal.connect(receive, weak=False)
        connected.append((signal, receive))
        return carried

    yield listen
    for signal, receive in connected:
        signal.disconnect(receive)


@pytest.fixture
def in_the_middle():
    """`in_the_middle(signal, act)`: `act()` happens inside the flow that sends the signal."""
    connected = []

    def connect(signal: Signal, act: Callable[[], Any]) -> None:
        def receive(sender: Any, **kwargs: Any) -> None:
            act()

        signal.connect(receive, weak=False)
        connected.append((signal, receive))

    yield connect
    for signal, receive in connected:
        signal.disconnect(receive)


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()
    outages.watches.clear()
    listing.forget()


@pytest.fixture(scope="session", autouse=True)
def _description_is_read() -> None:
    """Before the first test, in whose open transaction the database would not wait for it."""
    answers.document()


@pytest.fixture(autouse=True)
def _answers_fit_their_description() -> Iterator[None]:
    """Every answer that the API gave during the test; see `tests/answers.py`."""
    yield
    found = answers.misfits.copy()
    answers.misfits.clear()
    assert not found, "\n".join(found)


EARLIER_CODES_BACK = """
UPDATE accounts_phoneotp SET earlier = (
    SELECT jsonb_agg(jsonb_set(code, '{expires_at}', to_jsonb(
        (code->>'expires_at')::timestamptz - make_interval(secs => %(s)s))))
    FROM jsonb_array_elements(earlier) AS code)
WHERE earlier <> '[]'
"""


@pytest.fixture
def travel():
    """`travel(599)`: everything that is in the database happened 599 seconds earlier."""

    times = {
        "accounts_phoneotp": ["created_at", "sent_at", "expires_at"],
        "accounts_session": ["created_at", "last_used_at", "expires_at", "refreshed_at"],
        "accounts_ratecounter": ["expires_at"],
        "accounts_pendingnumber": ["created_at"],
        "accounts_guessbudget": ["last_guessed_at"],
        "accounts_idempotencykey": ["created_at", "leased_until"],
    }

    def back(seconds: float) -> None:
        with connection.cursor() as cursor:
            for table, columns in times.items():
                earlier = [f"{name} = {name} - make_interval(secs => %(s)s)" for name in columns]
                cursor.execute(f"UPDATE {table} SET {', '.join(earlier)}", {"s": seconds})
            cursor.execute(EARLIER_CODES_BACK, {"s": seconds})

    return back


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        empty_quickly()
    yield
    with django_db_blocker.unblock():
        end_other_sessions()


@receiver(post_migrate)
def _bring_back(sender: Any, **kwargs: Any) -> None:
    """Emptying the tables between tests takes what migrations wrote away, and then announces
    itself."""
    if sender.name == "interests" and not EventInterest.objects.exists():
        interests_migration.create_interests(apps, connection.schema_editor())
    if sender.name == "leads":
        leads_migration.create_roles(apps, connection.schema_editor())
        rollups.begin()


@pytest.fixture
def settled():
    """`settled()`: returns when every event of the timeline is complete."""

    def wait() -> None:
        last_id = LeadEvent.objects.latest("pk").pk
        eventually(lambda: ORDER.look().complete >= last_id, failure="a transaction is open")

    return wait


@pytest.fixture
def statements() -> Any:
    """`statements(call)`: the SQL that ran, as the server saw it."""

    def run(call: Callable[[], Any], status: int = 200) -> list[str]:
        connection.ensure_connection()
        with CaptureQueriesContext(connection) as captured:
            response = call()
        assert response.status_code == status, response.content
        return [query["sql"] for query in captured]

    return run
