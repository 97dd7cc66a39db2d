"""Each process keeps the list of interests, and looks after it once a second."""

import pytest

from interests.listing import Listing, listing
from interests.models import EventInterest

URL = "/api/auth/event-interests"


def names(api, **headers):
    return [one["name"] for one in api.get(URL, headers=headers).json()["data"]]


@pytest.fixture
def rename(db):
    """`rename(name)`: the technology, in the database alone, as another process would."""
    return lambda name: EventInterest.objects.filter(pk=5).update(name=name)


def test_a_change_elsewhere_is_seen_at_the_next_look(api, rename, settings):
    assert "Technology" in names(api)
    rename("Robots")
    assert "Technology" in names(api)
    settings.INTERESTS_LOOK_SECONDS = 0
    assert "Robots" in names(api)


def test_a_change_in_the_admin_is_seen_at_once(api, manager, browser_of):
    assert "Technology" in names(api)
    url = "/django/admin/interests/eventinterest/5/change/"
    form = {"name": "Robots", "slug": "robots", "description": "Metal.", "is_active": "on"}
    assert browser_of(manager).post(url, form).status_code == 302
    assert "Robots" in names(api)


def test_what_did_not_change_keeps_its_tag(api, db, settings, django_assert_num_queries):
    first = api.get(URL)["ETag"]
    settings.INTERESTS_LOOK_SECONDS = 0
    with django_assert_num_queries(1):
        assert api.get(URL, headers={"If-None-Match": first}).status_code == 304


def test_each_language_has_an_answer_of_its_own(api, db, rename):
    in_english, in_hindi = (names(api, **{"Accept-Language": code}) for code in ("en", "hi"))
    assert len(in_english) == len(in_hindi) == 10
    assert not set(in_english) & set(in_hindi)
    tags = [api.get(URL, headers={"Accept-Language": code})["ETag"] for code in ("en", "hi")]
    assert len(set(tags)) == 2


def test_while_one_thread_looks_the_others_do_not_wait(db, settings, django_assert_num_queries):
    known = listing.answer()
    settings.INTERESTS_LOOK_SECONDS = 0
    with listing._looking, django_assert_num_queries(0):
        assert listing.answer() is known


def test_a_process_that_knows_nothing_asks(db, django_assert_num_queries):
    fresh, known = Listing(), listing.answer()
    with django_assert_num_queries(1):
        assert [fresh.answer(), fresh.answer()] == [known, known]


def test_a_head_request_has_the_length_of_the_list(api, db):
    head = api.request("HEAD", URL)
    assert head.status_code == 200
    assert head["Content-Length"] == str(len(api.get(URL).content))
