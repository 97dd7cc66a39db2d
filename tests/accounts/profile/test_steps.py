"""Filling a profile in, step by step, in a browser without JavaScript."""

import re

import pytest
from django.urls import reverse

from accounts.models import ProfileDraft, User, UserProfile
from accounts.profile.sections import SECTIONS
from interests.models import EventInterest
from tests.cast import ALICE, PROFILE
from tests.steps import STEPS, send, send_all

NAMES = [section.name for section in SECTIONS]


@pytest.fixture
def browser(bob, browser_of):
    return browser_of(bob)


def start(browser):
    """Where the way goes on."""
    return browser.get("/profile/complete/")["Location"]


def step(name):
    return f"/profile/complete/{name}/"


def text_of(response):
    return response.content.decode()


def test_a_person_can_fill_in_all_steps(browser, bob):
    for number, name in enumerate(NAMES, start=1):
        assert start(browser) == step(name)
        page = " ".join(text_of(browser.get(step(name), follow=True)).split())
        assert f"Step {number} of 4" in page
        assert page.count('aria-current="step"') == 1
        assert not UserProfile.objects.exists()
        answer = send(browser, name)
    assert answer["Location"] == "/profile/"
    profile = UserProfile.objects.get(pk=bob.pk)
    assert (profile.name, str(profile.birth_date)) == ("Alice D'Souza", "1998-04-23")
    assert sorted(profile.event_interests.values_list("pk", flat=True)) == [1, 3]
    assert not ProfileDraft.objects.exists()


def test_what_was_told_is_there_on_another_device(bob, browser_of):
    send_all(browser_of(bob), "about", "interests")
    other = browser_of(bob)
    assert other.get("/profile/")["Location"] == "/profile/complete/"
    assert start(other) == step("pictures")
    page = text_of(other.get(step("about")))
    assert 'value="Alice D&#x27;Souza"' in page
    assert [f'value="{part}"' in page for part in (23, 4, 1998)] == [True] * 3
    assert text_of(other.get(step("interests"))).count("checked") == 2


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_step_waits_for_those_before_it(browser, name):
    assert browser.get(step(name))["Location"] == "/profile/complete/"
    assert send(browser, name)["Location"] == "/profile/complete/"
    assert not ProfileDraft.objects.exists()


def test_going_back_to_change_a_step_leads_to_the_open_step(browser):
    send_all(browser, "about", "interests")
    page = text_of(browser.get("/profile/pictures/"))
    assert "Step 3 of 4" in " ".join(page.split())
    assert f'href="{step("about")}"' in page
    assert f'href="{step("interests")}"' in page
    assert f'href="{step("more")}"' not in page
    assert send(browser, "about", name="Alice Rao")["Location"] == step("pictures")
    assert start(browser) == step("pictures")
    send_all(browser, "pictures", "more")
    assert UserProfile.objects.get().name == "Alice Rao"


def test_broken_fields_are_named_with_links_and_what_was_typed_stays(browser):
    response = send(browser, "about", name="x", birth_date_year="", gender="female")
    page = " ".join(text_of(response).split())
    assert response.status_code == 422
    summary, _, form = page.partition("</ul> </div>")
    assert '<a href="#id_name">Full name</a>: Enter a name of 3 to 100 characters.' in summary
    assert '<a href="#id_birth_date_year">Birth date</a>: Enter the year, too.' in summary
    assert summary.count('tabindex="-1" autofocus') == 1
    assert re.search('name="name" value="x"', form)
    assert 'name="birth_date_day" value="23"' in form
    assert not ProfileDraft.objects.exists()


def test_a_link_of_the_summary_leads_to_the_first_choice(browser):
    send(browser, "about")
    response = browser.post(step("interests"), {})
    assert response.status_code == 422
    assert '<a href="#id_event_interests_0">What do you enjoy?</a>' in text_of(response)


def test_sending_the_last_step_twice_is_harmless(browser, heard):
    from accounts import signals

    completed, changed = heard(signals.profile_completed), heard(signals.profile_changed)
    send_all(browser)
    assert send(browser, "more")["Location"] == "/profile/complete/"
    assert browser.get("/profile/complete/")["Location"] == "/profile/"
    assert (len(completed), len(changed)) == (1, 0)


def test_an_interest_that_is_gone_is_asked_for_again(browser):
    send_all(browser, "about", "interests", "pictures")
    EventInterest.objects.filter(pk=3).update(is_active=False)
    assert start(browser) == step("interests")
    page = text_of(browser.get(step("interests")))
    assert "Choose interests from the list" in page
    assert page.count("checked") == 1
    assert send(browser, "more")["Location"] == "/profile/complete/"
    assert not UserProfile.objects.exists()
    send(browser, "interests", event_interests=["1"])
    send(browser, "more")
    assert UserProfile.objects.exists()


def test_an_age_that_is_not_enough_any_more_is_said(browser, settings):
    send_all(browser, "about", "interests", "pictures")
    settings.MINIMUM_AGE = 60
    assert start(browser) == step("about")
    assert "You must be at least 60 years old." in text_of(browser.get(step("about")))


def test_a_person_finishes_even_if_a_rule_changed_meanwhile(browser):
    """The last step was kept while an interest was off; it came back."""
    send_all(browser, "about", "interests", "pictures")
    draft = ProfileDraft.objects.get()
    draft.answers |= STEPS["more"]
    draft.save()
    assert start(browser) == step("more")
    assert send(browser, "more")["Location"] == "/profile/"


def test_the_app_may_finish_what_the_site_began(bob, browser, api, token_of):
    send_all(browser, "about", "interests")
    response = api.post("/api/auth/complete-profile", PROFILE, token=token_of(bob))
    assert response.status_code == 200
    assert not ProfileDraft.objects.exists()
    assert start(browser) == "/profile/"


def test_an_address_that_is_known_is_offered(bob, browser_of):
    User.objects.filter(pk=bob.pk).update(email="bob@example.com")
    browser = browser_of(bob)
    send_all(browser, "about", "interests", "pictures")
    assert 'value="bob@example.com"' in text_of(browser.get(step("more")))


def test_customers_have_no_steps_and_others_no_sections(alice, bob, browser_of):
    customer, other = browser_of(alice), browser_of(bob)
    assert start(customer) == "/profile/"
    assert customer.get(step("about"))["Location"] == "/profile/complete/"
    assert other.get("/profile/edit/about/")["Location"] == "/profile/complete/"
    assert customer.get("/profile/complete/avatar/").status_code == 404
    assert customer.get("/profile/edit/").status_code == 404


@pytest.mark.parametrize("path", [step("about"), "/profile/complete/", "/profile/edit/about/"])
def test_visitors_sign_in_first(client, db, path):
    assert client.get(path)["Location"] == "/login/"


def test_a_draft_is_its_owner_s(bob, alice, browser_of):
    send_all(browser_of(bob), "about")
    draft = ProfileDraft.objects.get()
    assert draft.pk == bob.pk
    assert ALICE not in str(draft.answers)
    assert reverse("profile_step", args=[SECTIONS[0]]) == step("about")


def test_htmx_goes_from_step_to_step_and_moves_the_address(browser):
    headers = {"HX-Request": "true", "HX-Target": "step"}
    response = browser.post(step("about"), STEPS["about"], headers=headers, follow=True)
    assert b"<html" not in response.content
    assert response["HX-Push-Url"] == step("interests")
