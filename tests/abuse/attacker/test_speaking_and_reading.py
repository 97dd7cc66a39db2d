"""The attacker speaks for others, asks who has an account, and reads digit by digit."""

import pytest

from accounts.models import ApiToken
from leads.models import Lead
from tests.accounts.conftest import ESHA, PASSWORD
from tests.cast import ALICE, BOB

pytestmark = pytest.mark.xdist_group("attacker")

UNKNOWN = "+919811100376"


@pytest.fixture
def agent(somebody, staff):
    """`agent("/api/leads/…")`: what the staff API answers an agent."""
    token = ApiToken.objects.create_token(staff.pk, name="x", scopes=["leads:read"], days=90)
    person = somebody()

    def get(path):
        answer = person.get(path, {"Authorization": f"Bearer {token}"})
        assert answer.status == 200, answer.text
        return answer

    return get


def known_of(number, agent):
    """What the staff API and the database say of the person."""
    lead = Lead.objects.get(phone_number=number)
    shown = agent(f"/api/leads/{lead.pk}").json["data"]
    names = ("consent_at", "refused_at", "consent_proof", "name", "email", "source", "user_id")
    said = {name: shown[name] for name in shown if "consent" in name or name in ("name", "email")}
    return said, [getattr(lead, name) for name in names]


@pytest.mark.parametrize("own", [True, False])
def test_a_stranger_says_nothing_for_somebody_who_proved_the_number(
    site, somebody, agent, travel, own
):
    owner, stranger = somebody(), somebody()
    assert owner.ask(ALICE, "signup", contact_consent=own).status == 200
    assert owner.type(site.last_code(ALICE), ALICE).status == 200
    travel(301)
    before = known_of(ALICE, agent)
    assert before[0]
    statuses = [stranger.ask(ALICE, contact_consent=not own).status for _ in range(2)]
    assert statuses == [200, 429]
    stranger.post("/api/users/register/", ESHA | {"phone": ALICE})
    ticked = {} if own else {"contact_consent": "on"}
    stranger.fill("/signup/", {"phone_number": ALICE} | ticked)
    assert known_of(ALICE, agent) == before


VOLATILE = {
    "x-request-id",
    "content-length",
    "etag",
    "expires",
    "date",
    "set-cookie",
    "retry-after",
}


def keys(value):
    if isinstance(value, dict):
        return {name: keys(part) for name, part in value.items()}
    return type(value).__name__


def seen(answer):
    """An answer without what differs between any two requests."""
    headers = {name: value for name, value in answer.headers.items() if name not in VOLATILE}
    policy = "content-security-policy"  # in another order in each process
    headers[policy] = sorted(headers.get(policy, "").split("; "))
    if "json" in headers["content-type"]:
        return answer.status, headers, keys(answer.json), answer.json.get("code")
    return answer.status, headers


def register(person, number):
    body = ESHA | {"phone": number, "email": f"{person.ip}@example.com"}
    return person.post("/api/users/register/", body)


DOORS = {
    "signup": lambda person, number: person.ask(number, "signup"),
    "login": lambda person, number: person.ask(number, "login"),
    "register": register,
    "send-phone-otp": lambda person, number: person.post(
        "/api/users/send-phone-otp/", {"phone": number}
    ),
    "password-reset": lambda person, number: person.post(
        "/api/users/password-reset/", {"phone": number}
    ),
    "the page that signs up": lambda person, number: person.fill(
        "/signup/", {"phone_number": number}
    ),
    "the page for a forgotten password": lambda person, number: person.fill(
        "/password/", {"phone_number": number}
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_tells_who_has_an_account(somebody, alice, travel, door):
    alice.email = "alice@example.com"
    alice.set_password(PASSWORD)
    alice.save()
    answers = {}
    for number in (ALICE, UNKNOWN):
        person = somebody()
        answers[number] = [seen(DOORS[door](person, number)) for _ in range(2)]
        travel(301)
        answers[number] += [seen(DOORS[door](person, number)) for _ in range(2)]
    assert answers[ALICE] == answers[UNKNOWN]
    assert answers[ALICE][0][0] < 400


def test_an_agent_reads_no_number_digit_by_digit(agent, alice):
    Lead.objects.filter(phone_number=ALICE).update(name="Asha")
    national = ALICE.removeprefix("+91")

    def found(digits):
        answer = agent(f"/api/leads/?q={digits}")
        assert national not in answer.text
        return len(answer.json["data"]["leads"])

    assert found(national[-4:]) == found(ALICE.replace("+", "%2B")) == 1
    assert [found(f"{digit}{national[-4:]}") for digit in range(10)] == [0] * 10
    beginnings = [national[:length] for length in range(5, len(national))]
    assert [found(digits) for digits in beginnings] == [0] * len(beginnings)
    assert BOB not in agent("/api/leads/").text
