import pytest

from interests.models import EventInterest

URL = "/api/auth/event-interests"


def test_the_ten_interests_come_with_the_database(db):
    assert list(EventInterest.objects.order_by("pk").values_list("pk", "name")) == [
        (1, "Music & Concerts"),
        (2, "Sports & Fitness"),
        (3, "Food & Dining"),
        (4, "Art & Culture"),
        (5, "Technology"),
        (6, "Travel & Adventure"),
        (7, "Business & Networking"),
        (8, "Health & Wellness"),
        (9, "Education & Learning"),
        (10, "Entertainment"),
    ]
    assert all(EventInterest.objects.values_list("description", flat=True))


def test_another_one_gets_an_id_behind_the_ten(db):
    """The eleventh, unless another test took a number, which no transaction gives back."""
    pets = EventInterest.objects.create(name="Pets", slug="pets", description="Dogs.")
    assert pets.pk > 10


def test_everybody_may_list_the_active_ones_by_name(api, db):
    EventInterest.objects.filter(pk=1).update(is_active=False)
    body = api.get(URL).json()
    names = [interest["name"] for interest in body["data"]]
    assert body["message"] == "Event interests retrieved successfully"
    assert body["token"] is None
    assert len(names) == 9
    assert names == sorted(names)
    assert body["data"][0] == {
        "id": 4,
        "name": "Art & Culture",
        "description": "Exhibitions, theatre, dance, heritage walks and literature.",
        "slug": "art-culture",
    }


def test_the_list_can_be_revalidated(api, db):
    first = api.get(URL)
    assert "max-age" in first["Cache-Control"]
    again = api.get(URL, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert api.get(URL, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_list_is_read_only(api, db, method):
    assert api.request(method, URL, {}).status_code == 405
