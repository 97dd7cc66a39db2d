"""What has to be the same on another server: the life of a product before it moved, and after."""

import json
import re
from collections import Counter
from dataclasses import dataclass

import psycopg

from leads.models.webhook_types import TYPES_BY_KIND, LeadEventType
from tests.clusters import Cluster
from tests.drills.product import Desk, Product, Visitor
from tests.receiver import Message, Receiver
from tests.waiting import eventually

ASHA, BINA, CHITRA, DIYA = (f"+91987654{number:04d}" for number in range(4))
ROW = re.compile(r'id="lead-(\d+)"')

BURN = """
DO $$ BEGIN FOR i IN 1..20000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$
"""
OPEN = "SELECT count(*) FROM leads_webhookdelivery WHERE state = 'pending'"
TRIED = f"{OPEN} AND attempts > 0"
LEAD_EVENTS = "SELECT kind, count(*) FROM leads_leadevent GROUP BY kind"
PERSON_EVENTS = "SELECT kind, count(*) FROM accounts_personevent GROUP BY kind"
LEADS = "SELECT count(DISTINCT lead_id) FROM leads_leadevent"
COUNTED = "SELECT kind, sum(count)::int FROM leads_eventcount GROUP BY kind HAVING sum(count) > 0"
FIGURES = (
    "SELECT to_jsonb(cohort) - 'id' FROM leads_leadcohort AS cohort"
    " ORDER BY day, source, country, is_erased",
    "SELECT day, kind, detail, actor_id, sum(count) FROM leads_eventcount"
    " GROUP BY 1, 2, 3, 4 HAVING sum(count) > 0 ORDER BY 1, 2, 3, 4",
)
LEAD_OF = "SELECT id FROM leads_lead WHERE phone_number = %s"


def ask(cluster: Cluster, sql: str, values=()) -> list[tuple]:
    with psycopg.connect(cluster.url, autocommit=True) as database:
        cursor = database.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def number(cluster: Cluster, sql: str) -> int:
    return ask(cluster, sql)[0][0]


@dataclass
class Life:
    """What a product knew when it was stopped. `told`: the messages that arrived until then."""

    people: list[dict]
    desk: Desk
    told: list[Message]


def live(source: Product, receiver: Receiver) -> Life:
    """People sign up, webhooks arrive; then the receiver refuses, and the worker stops.

    So the database has deliveries that were made, those that wait for another attempt, and events
    of which there is no delivery yet. The web server goes on.
    """
    ask(source.cluster, BURN)
    visitor = source.serve()
    people = [visitor.sign_up(ASHA)]
    eventually(lambda: len(receiver.messages) == expected(source.cluster).total())
    told, receiver.messages, receiver.status = receiver.messages, [], 503
    people.append(visitor.sign_up(BINA))
    eventually(lambda: number(source.cluster, TRIED))
    source.stop("work")
    people.append(visitor.sign_up(CHITRA))
    desk = visitor.open_desk()
    see(desk, visitor, source.cluster, CHITRA)
    return Life(people, desk, told)


def goes_on(there: Product, life: Life, receiver: Receiver) -> None:
    """Everything is there and goes on, as if the server had never been another one."""
    receiver.messages, receiver.status = [], 204
    visitor = there.serve()
    signed_in_people_stay(visitor, life)
    visitor.sign_up(DIYA)
    see(life.desk, visitor, there.cluster, DIYA)
    each_message_came_once(there.cluster, life, receiver)
    figures_are_right(there)


def signed_in_people_stay(visitor: Visitor, life: Life) -> None:
    for person in life.people:
        profile = visitor.ask("GET", "/api/auth/profile", person["token"]).json()
        assert profile["phone_number"] == person["phone_number"]
        assert visitor.ask("GET", person["picture"]).content == person["content"]
        body = {"refresh_token": person["refresh_token"]}
        assert visitor.ask("POST", "/api/auth/refresh", json=body).json()["token"]


def see(desk: Desk, visitor: Visitor, cluster: Cluster, phone_number: str) -> None:
    """The open desk shows a lead after it has asked again."""
    [(lead_id,)] = ask(cluster, LEAD_OF, [phone_number])

    def shows() -> bool:
        answer = desk.poll(visitor.site)
        if answer.status_code == 200:
            desk.rows = ",".join(dict.fromkeys(ROW.findall(answer.text)))
        return str(lead_id) in desk.rows.split(",")

    eventually(shows, failure=f"the desk does not show {phone_number}")


def each_message_came_once(cluster: Cluster, life: Life, receiver: Receiver) -> None:
    """Those told before the move and those after it are one for each event: none twice, none
    lost."""
    told = lambda: [*life.told, *receiver.messages]  # noqa: E731
    eventually(
        lambda: len(told()) >= expected(cluster).total(),
        failure=f"fewer than {expected(cluster).total()} messages came",
    )
    eventually(lambda: not number(cluster, OPEN), failure="deliveries stay open")
    assert len({message.headers["webhook-id"] for message in told()}) == len(told())
    assert Counter(json.loads(message.body)["type"] for message in told()) == expected(cluster)


def expected(cluster: Cluster) -> Counter:
    """How many messages of each type the events in the database make."""
    found = Counter({str(LeadEventType.CREATED.value): number(cluster, LEADS)})
    for kind, count in ask(cluster, LEAD_EVENTS):
        if kind in TYPES_BY_KIND:
            found[str(TYPES_BY_KIND[kind].value)] += count
    found.update(dict(ask(cluster, PERSON_EVENTS)))
    return found


def figures_are_right(there: Product) -> None:
    """The counts that were kept are those of what exists, and counting anew changes none."""
    facts = lambda: dict(ask(there.cluster, LEAD_EVENTS))  # noqa: E731
    counted = lambda: dict(ask(there.cluster, COUNTED))  # noqa: E731
    eventually(lambda: facts() == counted(), failure=f"{counted()} is counted of {facts()}")
    there.stop()
    kept = [ask(there.cluster, figures) for figures in FIGURES]
    there.manage("rebuild_insights")
    assert [ask(there.cluster, figures) for figures in FIGURES] == kept
