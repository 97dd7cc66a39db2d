"""A program is told what a list does not understand, and gets no leads for it."""

import pytest

from accounts.models import ApiToken
from leads.models import Lead
from tests.each import each

pytestmark = pytest.mark.django_db


NO_ISO_DAYS = (
    "1/2/2026",
    "2026-1-2",
    "Jan 2 2026",
    "2026-01-02T00:00",
    "%202026-01-02",
    "２026-01-02",
)


@pytest.fixture
def ask(api, staff):
    token = ApiToken.objects.create_token(staff.pk, name="x", scopes=["leads:read"], days=1)
    return lambda path: api.get(f"/api/leads{path}", token=token)


@each(
    "query, field, code",
    [
        *(("status=AAA", "status", "invalid_choice"), ("stage=0", "stage", "invalid_choice")),
        *(("country=INDIA", "country", "invalid"), ("after=garbage", "after", "invalid")),
        *(("owner=sam", "owner", "invalid"), ("created_from=tomorrow", "created_from", "invalid")),
        *(("sort=name", "sort", "invalid_choice"), ("q=" + "x" * 101, "q", "too_long")),
        *(("state=new", "state", "unknown_parameter"), ("a%00b=1", "query", "unknown_parameter")),
        *(("q=a%00", "q", "invalid_characters"), ("status=lost&status=new", "status", "duplicate")),
        *(("created_to=2026-02-30", "created_to", "invalid"),),
        *((f"active_from={day}", "active_from", "invalid") for day in NO_ISO_DAYS),
    ],
)
def test_what_is_not_understood_is_refused(ask, carol, query, field, code):
    answer = ask(f"?{query}")
    assert answer.status_code == 422
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]


def test_all_that_is_wrong_is_told_at_once(ask):
    broken = ask("?status=AAA&country=INDIA&owner=sam&after=garbage").json()["errors"]
    assert [error["field"] for error in broken] == ["status", "country", "owner", "after"]


@each("query", ["", "?status=&after=&owner=", "?owner=none&country=in&sort=active&status=new"])
def test_what_is_understood_is_answered(ask, carol, query):
    assert len(ask(query).json()["data"]["leads"]) == 1


def test_dates_in_iso_8601_filter(ask, carol):
    assert len(ask("?created_from=2026-01-01&created_to=2099-12-31").json()["data"]["leads"]) == 1
    assert ask("?created_from=2099-12-31").json()["data"]["leads"] == []


def test_the_desk_takes_dates_as_people_write_them(staff, browser_of, carol):
    filtered = browser_of(staff).get("/leads/?created_from=12/31/2098").content.decode()
    assert "5678" not in filtered


@each("query", ["before=garbage", "before=-1", "after=1", "before=" + "9" * 30])
def test_a_timeline_refuses_what_it_does_not_understand(ask, carol, query):
    lead = Lead.objects.get(phone_number=carol)
    assert ask(f"/{lead.pk}?{query}").status_code == 422
    assert ask(f"/{lead.pk}?before=1").status_code == 200


def test_the_desk_leaves_out_what_it_does_not_understand(staff, browser_of, carol):
    page = browser_of(staff).get("/leads/?status=AAA&country=INDIA&after=garbage&state=new")
    assert page.status_code == 200
