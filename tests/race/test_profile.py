"""A profile from several tabs at once: nothing told is lost, and it is completed once."""

import pytest

from accounts.models import ProfileDraft, UserProfile
from accounts.profile import drafts
from accounts.profile.sections import SECTIONS
from leads.models import Lead, LeadEvent
from leads.models.lead_event import EventKind
from tests.accounts.profile.test_drafts import FIELDS, PICTURES, save
from tests.cast import BOB

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("race")]

THREADS = 10


@pytest.fixture
def bob(bob):
    """With a lead, as everybody has who came by the site."""
    Lead.objects.advance(BOB, EventKind.PHONE_VERIFIED, user_id=bob.pk, is_verified=True)
    return bob


def test_tabs_that_finish_at_once_make_one_customer(bob, together):
    *steps, last = SECTIONS
    for section in steps:
        save(bob, section)
    outcomes = together(THREADS, lambda n: drafts.save(bob.pk, last, FIELDS[last]))
    assert outcomes == [None] * THREADS
    assert UserProfile.objects.count() == 1
    assert not ProfileDraft.objects.exists()
    assert LeadEvent.objects.filter(kind="profile_completed").count() == 1
    assert not LeadEvent.objects.filter(kind="profile_changed").exists()


def test_tabs_that_save_different_steps_at_once_lose_none(bob, together):
    def tell(number):
        section = SECTIONS[number % 3]
        return drafts.save(bob.pk, section, FIELDS[section])

    save(bob, PICTURES)
    assert set(together(9, tell)) <= set(SECTIONS)
    assert drafts.progress_of(bob.pk).count == 3
    assert LeadEvent.objects.filter(kind="profile_step").count() == 3
    assert Lead.objects.get().profile_step == 3
