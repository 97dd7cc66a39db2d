"""The pictures of profiles made before there were rows for them, there and back."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.models import Picture, UserProfile
from loopin.web import media_urls

BEFORE, AFTER = ("accounts", "0010_api_tokens"), ("accounts", "0011_pictures")
LINKS = [f"https://cdn.example.com/{number}.jpg" for number in (3, 1, 2)]


def migrate(target):
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps


@pytest.fixture
def latest(transactional_db):
    """Whatever happens, the tables are those of today again."""
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield
    MigrationExecutor(connection).migrate(leaves)


@pytest.mark.parametrize(
    ("avatar", "chosen"), [("", 0), (LINKS[2], 2), ("https://e.com/elsewhere.jpg", None)]
)
def test_lists_become_rows_in_their_order_and_back(latest, alice, avatar, chosen):
    old = migrate(BEFORE).get_model("accounts", "UserProfile")
    old.objects.update(profile_pictures=LINKS, avatar=avatar)
    migrate(AFTER)
    shown = UserProfile.objects.shown(alice.pk)
    assert shown["profile_pictures"] == LINKS
    assert shown["avatar"] == (avatar if chosen is None else LINKS[chosen])
    assert Picture.objects.filter(is_avatar=True).count() == (chosen == 2)
    name = media_urls.draw_name()
    Picture.objects.create(user=alice, name=name, position=9, stored_at=timezone.now())
    old = migrate(BEFORE).get_model("accounts", "UserProfile")
    profile = old.objects.get(pk=alice.pk)
    assert profile.profile_pictures == [*LINKS, f"https://loopin.example/media/{name}.webp"]
    assert profile.avatar == avatar
