"""A draft is kept for its owner: taken along, forgotten, and gone with time."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import signals
from accounts.errors import AccountInactive
from accounts.models import ProfileDraft, User, UserProfile
from accounts.pictures import gallery
from accounts.privacy import flows as privacy
from accounts.profile import drafts
from accounts.profile import flows as profiles
from accounts.profile.sections import SECTIONS
from loopin.background import retention
from tests.cast import BOB, PROFILE

ABOUT, INTERESTS, PICTURES, MORE = SECTIONS
FIELDS = {
    ABOUT: {"name": "Bob Rao", "birth_date": "1990-01-31", "gender": "male"},
    INTERESTS: {"event_interests": [2]},
    PICTURES: {},
    MORE: {"email": "bob@example.com", "bio": "", "location": ""},
}

LINKS = ["https://cdn.example.com/bob.jpg"]


def save(user, section):
    """The pictures are there before their step is."""
    if section is PICTURES:
        with transaction.atomic():
            User.objects.get_locked(user.pk)
            gallery.change(user.pk, urls=LINKS, avatar=None)
    return drafts.save(user.pk, section, FIELDS[section])


@pytest.fixture
def begun(bob):
    drafts.save(bob.pk, ABOUT, FIELDS[ABOUT])
    return bob


def test_saving_the_last_missing_section_completes_the_profile(bob):
    outcomes = [save(bob, section) for section in SECTIONS]
    assert outcomes == [INTERESTS, PICTURES, MORE, None]
    profile = UserProfile.objects.get(pk=bob.pk)
    assert (profile.name, profile.user.email) == ("Bob Rao", "bob@example.com")


def test_each_step_is_announced_with_how_far_it_leads(bob, heard):
    saved, completed = heard(signals.profile_step_saved), heard(signals.profile_completed)
    for section in SECTIONS:
        save(bob, section)
    told = [(note["step"], note["number"], note["total"], note["name"]) for note in saved]
    assert told == [
        ("about", 1, 4, "Bob Rao"),
        ("interests", 2, 4, "Bob Rao"),
        ("pictures", 3, 4, "Bob Rao"),
    ]
    assert {(note["user_id"], note["phone_number"]) for note in saved} == {(bob.pk, BOB)}
    assert len(completed) == 1


def test_a_listener_that_fails_takes_the_draft_with_it(bob):
    def fail(**kwargs):
        raise RuntimeError

    signals.profile_step_saved.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            drafts.save(bob.pk, ABOUT, FIELDS[ABOUT])
    finally:
        signals.profile_step_saved.disconnect(fail)
    assert not ProfileDraft.objects.exists()


def test_the_export_has_the_draft(begun):
    held = privacy.export(begun.pk)["profile_draft"]
    assert held == FIELDS[ABOUT]


def test_the_export_of_a_customer_has_none(alice):
    assert privacy.export(alice.pk)["profile_draft"] is None


def test_a_forgotten_person_leaves_no_draft(begun):
    privacy.forget(begun.pk)
    assert not ProfileDraft.objects.exists()


def test_nothing_more_is_kept_of_somebody_who_was_forgotten_meanwhile(begun):
    privacy.forget(begun.pk)
    with pytest.raises(AccountInactive):
        drafts.save(begun.pk, ABOUT, FIELDS[ABOUT])
    with pytest.raises(AccountInactive):
        profiles.complete(begun.pk, PROFILE)
    assert not ProfileDraft.objects.exists()
    assert not UserProfile.objects.exists()


def test_a_draft_that_nobody_went_on_with_goes(begun, settings):
    [kind] = [kind for kind in retention.registered if kind.name == "profile drafts"]

    def left_alone(days):
        ProfileDraft.objects.update(updated_at=timezone.now() - timedelta(days=days))
        return sum(kind.batches())

    assert left_alone(89) == 0
    assert left_alone(91) == 1
    settings.LEAD_RETENTION_DAYS = 30
    drafts.save(begun.pk, ABOUT, FIELDS[ABOUT])
    assert left_alone(31) == 1
