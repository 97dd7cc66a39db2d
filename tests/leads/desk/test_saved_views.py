"""Views that people come back to."""

import pytest

from leads.desk import saved_views
from leads.errors import NotPermitted, SavedViewNotFound, TooManySavedViews
from leads.models import Lead, SavedView
from leads.models.lead_event import EventKind
from leads.models.saved_view import MAX_VIEWS
from tests.cast import ALICE, BOB, CAROL


def names(response):
    return [entry["view"].name for entry in response.context["entries"]]


def test_a_view_is_kept_in_one_spelling(desk, staff):
    form = {"name": "Lost ones", "query": "owner=&status=lost&after=x&page=9&sort=newest"}
    response = desk.post("/leads/views/save/", form)
    assert response["Location"] == "/leads/?status=lost"
    view = SavedView.objects.get()
    assert (view.owner, view.name, view.query) == (staff, "Lost ones", "status=lost")


def test_the_same_name_takes_the_place_of_the_view(desk):
    for query in ("status=lost", "status=new"):
        desk.post("/leads/views/save/", {"name": "Mine", "query": query})
    assert SavedView.objects.get().query == "status=new"


@pytest.mark.parametrize("name", ["", " ", "x" * 61])
def test_a_view_needs_a_name(desk, name):
    response = desk.post("/leads/views/save/", {"name": name, "query": "status=lost"}, follow=True)
    assert response.redirect_chain[0][0] == "/leads/?status=lost"
    assert b"Give the view a name" in response.content
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("query", ["//evil.example", "https://evil.example/?status=lost#x", "\x00"])
def test_saving_a_view_redirects_to_the_desk_only(desk, query):
    response = desk.post("/leads/views/save/", {"name": "x", "query": query})
    assert response["Location"].startswith("/leads/")
    assert "evil" not in response["Location"]


def test_counts_are_of_what_one_may_see(desk, staff, colleague, sales_manager, browser_of):
    for phone_number in (ALICE, BOB, CAROL):
        Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
    from leads.actions.claim import claim

    claim(Lead.objects.first().pk, actor=colleague)
    saved_views.save("Fresh", "status=new", owner=sales_manager, is_shared=True)
    saved_views.save("Theirs", "status=new", owner=sales_manager)
    saved_views.save("None", "status=lost", owner=staff)
    response = desk.get("/leads/views/")
    counts = {entry["view"].name: entry["count"] for entry in response.context["entries"]}
    assert counts == {"None": "0", "Fresh": "2"}
    other = browser_of(sales_manager).get("/leads/views/")
    counts = {entry["view"].name: entry["count"] for entry in other.context["entries"]}
    assert counts == {"Theirs": "3", "Fresh": "3"}


def test_all_counts_are_one_statement(desk, staff, django_assert_num_queries):
    for number in range(8):
        saved_views.save(f"View {number}", f"q={number}{number}{number}", owner=staff)
    desk.get("/leads/views/")
    with django_assert_num_queries(3):
        response = desk.get("/leads/views/", headers={"HX-Request": "true"})
    assert response.content.count(b'class="filter"') == 8
    assert b"<html" not in response.content
    assert "HX-Push-Url" not in response


def test_who_may_share(staff, sales_manager):
    with pytest.raises(NotPermitted):
        saved_views.save("For all", "", owner=staff, is_shared=True)
    assert saved_views.save("For all", "", owner=sales_manager, is_shared=True).is_shared


def test_who_may_delete(desk, staff, colleague, sales_manager):
    own = saved_views.save("Own", "", owner=staff)
    shared = saved_views.save("Shared", "", owner=sales_manager, is_shared=True)
    for view, actor in ((own, colleague), (own, sales_manager), (shared, staff)):
        with pytest.raises(SavedViewNotFound):
            saved_views.delete(view.pk, actor=actor)
    assert desk.post(f"/leads/views/{shared.pk}/delete/").status_code == 404
    assert desk.post(f"/leads/views/{own.pk}/delete/").status_code == 302
    saved_views.delete(shared.pk, actor=sales_manager)
    assert not SavedView.objects.exists()


def test_nobody_saves_more_than_the_most_views(desk, staff):
    for number in range(MAX_VIEWS):
        saved_views.save(f"View {number}", "", owner=staff)
    saved_views.save("View 1", "status=new", owner=staff)
    with pytest.raises(TooManySavedViews):
        saved_views.save("One more", "", owner=staff)
    assert desk.post("/leads/views/save/", {"name": "One more"}).status_code == 409


def test_somebody_without_a_role_has_no_views(desk, staff):
    staff.groups.clear()
    assert desk.get("/leads/views/").status_code == 403
    assert desk.post("/leads/views/save/", {"name": "x"}).status_code == 403
    assert desk.get("/leads/views/save/").status_code == 405
