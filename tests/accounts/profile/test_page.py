"""The profile page: what others see, what they do not, and each part edited in its place."""

import pytest

from accounts.models import User, UserProfile
from accounts.phone.grouping import grouped
from tests.steps import STEPS


@pytest.fixture
def browser(alice, browser_of):
    return browser_of(alice)


def in_place(name):
    return {"HX-Request": "true", "HX-Target": f"section-{name}"}


def text_of(response):
    return " ".join(response.content.decode().split())


def preview_of(page):
    return page.partition('<section id="preview"')[2].partition("</section>")[0]


def test_what_others_see_holds_nothing_private(browser, alice):
    User.objects.filter(pk=alice.pk).update(email="alice@example.com")
    page = text_of(browser.get("/profile/"))
    preview = preview_of(page)
    assert "Alice D&#x27;Souza" in preview
    assert "Technology" not in preview
    assert "Music &amp; Concerts" in preview
    for private in (
        grouped(alice.phone_number),
        "23 April 1998",
        "1998",
        "alice@example.com",
        "Female",
    ):
        assert private in page
        assert private not in preview


@pytest.mark.parametrize("name", ["about", "interests", "more"])
def test_a_section_is_edited_on_a_page_of_its_own_without_javascript(browser, name):
    page = text_of(browser.get("/profile/"))
    assert f'href="/profile/edit/{name}/"' in page
    page = text_of(browser.get(f"/profile/edit/{name}/"))
    assert "<html" in page
    assert "hx-select" not in page
    assert browser.post(f"/profile/edit/{name}/", STEPS[name])["Location"] == "/profile/"
    assert "Your profile is saved." in text_of(browser.get("/profile/"))


def test_a_section_starts_from_what_is_there_and_changes_nothing_else(browser, alice):
    page = text_of(browser.get("/profile/edit/about/"))
    assert 'value="Alice D&#x27;Souza"' in page
    assert page.count("checked") == 1
    assert text_of(browser.get("/profile/edit/interests/")).count("checked") == 2
    before = UserProfile.objects.as_json(alice.pk)
    browser.post("/profile/edit/more/", STEPS["more"] | {"email": "a@example.com", "bio": "Sings"})
    after = UserProfile.objects.as_json(alice.pk)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"email", "bio", "updated_at"}


def test_htmx_gets_the_form_for_its_place_and_the_address_stays(browser):
    response = browser.get("/profile/edit/about/", headers=in_place("about"))
    page = text_of(response)
    assert page.startswith('<section id="section-about"')
    assert "autofocus" in page
    assert "HX-Push-Url" not in response
    assert "<title>" not in page


def test_a_broken_section_stays_open_in_its_place(browser, alice):
    fields = STEPS["about"] | {"name": "x"}
    response = browser.post("/profile/edit/about/", fields, headers=in_place("about"))
    page = text_of(response)
    assert response.status_code == 422
    assert page.startswith('<section id="section-about"')
    assert page.count("autofocus") == 1
    assert 'class="message error summary"' in page
    assert UserProfile.objects.get(pk=alice.pk).name == "Alice D'Souza"


def test_a_saved_section_comes_back_with_what_others_see(browser):
    fields = STEPS["about"] | {"name": "Alice Rao"}
    headers = in_place("about") | {"HX-Current-URL": "http://testserver/profile/"}
    response = browser.post("/profile/edit/about/", fields, headers=headers, follow=True)
    page = text_of(response)
    assert "Alice Rao" in preview_of(page)
    assert page.count('id="section-about"') == 1
    assert page.count("autofocus") == 1
    assert "HX-Push-Url" not in response


def test_the_profile_offers_everything_there_is_to_do(browser):
    page = browser.get("/profile/").content.decode()
    for path in ("devices", "phone", "export", "delete"):
        assert f'href="/profile/{path}/"' in page
    assert 'action="/profile/contact/"' in page


def test_pictures_have_a_page_to_themselves(browser):
    page = text_of(browser.get("/profile/"))
    assert 'href="/profile/edit/pictures/"' in page
    assert 'hx-get="/profile/edit/pictures/"' not in page
    assert browser.get("/profile/edit/pictures/")["Location"] == "/profile/pictures/"
