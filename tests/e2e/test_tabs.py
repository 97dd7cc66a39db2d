"""Two tabs, an old page, another language, a session that ended: what was typed is not lost."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Session, User, UserProfile
from accounts.phone.grouping import grouped
from accounts.profile import flows as profile
from tests.cast import ALICE, BOB, DAVE, PROFILE
from tests.e2e.checks import check_everything
from tests.e2e.steps import wait_until

pytestmark = [pytest.mark.xdist_group(__name__)]

OUT_OF_DATE = "Nothing was sent, because this page was out of date. Please send it once more."


def ask_for_code(page: Page, phone_number: str) -> None:
    page.goto("/signup/")
    page.get_by_label("Mobile number").fill(phone_number)
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    expect(page.locator("#verify strong").first).to_have_text(grouped(phone_number))


def send_code(page: Page, code: str) -> None:
    """With JavaScript it goes off by itself."""
    page.get_by_label("Code", exact=True).fill(code)
    if not page.has_script:
        page.get_by_role("button", name="Continue").click()


def sign_in_by_code(page: Page, live, phone_number: str) -> None:
    page.goto("/login/")
    page.get_by_label("Mobile number").fill(phone_number)
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    send_code(page, live.last_code(phone_number))
    page.wait_for_url("**/profile/**")


def another_tab(page: Page) -> Page:
    tab = page.context.new_page()
    tab.has_script = page.has_script
    return tab


@pytest.fixture
def customer(live, db) -> User:
    account = User.objects.get_or_create_verified(ALICE)
    profile.complete(account.pk, PROFILE | {"bio": "Sings."})
    return User.objects.get(pk=account.pk)


@pytest.fixture(params=["with JavaScript", "without"])
def visitor(request, open_browser) -> Page:
    return open_browser(java_script_enabled=request.param == "with JavaScript")


def test_each_tab_proves_its_own_number(visitor, live, transactional_db):
    other = another_tab(visitor)
    ask_for_code(visitor, DAVE)
    ask_for_code(other, BOB)
    send_code(visitor, live.last_code(DAVE))
    visitor.wait_for_url("**/profile/complete/about/")
    assert list(User.objects.values_list("phone_number", flat=True)) == [DAVE]


def test_the_other_tab_goes_on_as_whoever_signed_in(visitor, live, transactional_db):
    other = another_tab(visitor)
    ask_for_code(other, BOB)
    sign_in_by_code(visitor, live, DAVE)
    send_code(other, live.last_code(BOB))
    other.wait_for_url("**/profile/complete/about/")
    expect(other.get_by_text("That page was out of date")).to_be_visible()
    assert list(User.objects.values_list("phone_number", flat=True)) == [DAVE]


def test_a_form_without_its_cookies_is_shown_again_and_works(visitor, live, transactional_db):
    visitor.goto("/")
    visitor.get_by_label("Mobile number").fill(DAVE)
    visitor.context.clear_cookies()
    visitor.get_by_role("button", name="Text me a code").click()
    expect(visitor.get_by_text(OUT_OF_DATE)).to_be_visible()
    expect(visitor.get_by_label("Mobile number")).to_have_value(DAVE)
    visitor.get_by_role("button", name="Text me a code").click()
    expect(visitor.get_by_role("heading", name="Enter your code")).to_be_visible()


def test_after_a_repair_the_rest_of_the_page_works_too(page, live, transactional_db):
    page.goto("/signup/")
    page.get_by_label("Mobile number").fill(DAVE)
    page.context.clear_cookies()
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_text(OUT_OF_DATE)).to_be_visible()
    page.get_by_role("banner").get_by_role("button", name="हिन्दी").click()
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    expect(page.locator("input[name=phone_number]")).to_have_value(DAVE)


def test_the_repaired_form_can_be_used_by_everybody(page, transactional_db):
    page.goto("/signup/")
    page.get_by_label("Mobile number").fill(DAVE)
    page.context.clear_cookies()
    page.get_by_role("button", name="Text me a code").click()
    expect(page.get_by_text(OUT_OF_DATE)).to_be_visible()
    check_everything(page, "a form that was out of date")


# --- Another language


def in_hindi(page: Page) -> None:
    page.get_by_role("banner").get_by_role("button", name="हिन्दी").click()
    expect(page.locator("html")).to_have_attribute("lang", "hi")


def test_another_language_keeps_what_a_visitor_typed(page, transactional_db):
    page.goto("/signup/")
    page.get_by_label("Mobile number").fill("98765 0")
    page.locator("input[name=contact_consent]").check()
    in_hindi(page)
    expect(page.locator("input[name=phone_number]")).to_have_value("98765 0")
    expect(page.locator("input[name=contact_consent]")).to_be_checked()
    wait_until(page, "sessionStorage.typed === '{}'")


def test_another_language_keeps_a_section_that_is_open_in_place(page, customer, sign_in):
    sign_in(page, customer).goto("/profile/")
    page.get_by_role("link", name="Edit Interests").click()
    page.get_by_text("Technology").click()
    in_hindi(page)
    expect(page).to_have_url("/profile/edit/interests/")
    expect(page.get_by_text("5 में से 3")).to_be_visible()


def test_another_language_keeps_the_number_of_the_tab(page, live, transactional_db):
    other = another_tab(page)
    ask_for_code(page, DAVE)
    ask_for_code(other, BOB)
    in_hindi(page)
    expect(page.locator("#verify strong").first).to_have_text(grouped(DAVE))


def test_passwords_and_codes_are_kept_nowhere(page, live, transactional_db):
    page.goto("/login/email/")
    page.get_by_label("E-mail").fill("asha@example.com")
    page.get_by_label("Password").fill("a good long sentence")
    page.evaluate("addEventListener('pagehide', () => (localStorage.seen = sessionStorage.typed))")
    in_hindi(page)
    assert "asha@example.com" in page.evaluate("localStorage.seen")
    assert "sentence" not in page.evaluate("localStorage.seen")
    expect(page.locator("input[name=email]")).to_have_value("asha@example.com")
    expect(page.locator("input[name=password]")).to_have_value("")


# --- A session that ended


def type_words(page: Page, words: str) -> None:
    page.goto("/profile/")
    page.get_by_role("link", name="Edit A little more").click()
    page.get_by_label("A few words about you").fill(words)


def save(page: Page) -> None:
    section = page.get_by_role("region", name="A little more")
    section.get_by_role("button", name="Save").click()


def test_what_was_typed_is_there_after_signing_in_again(page, live, customer, sign_in):
    type_words(sign_in(page, customer), "Rows and sings.")
    Session.objects.all().delete()
    save(page)
    page.wait_for_url("**/login/")
    sign_in_by_code(page, live, ALICE)
    expect(page).to_have_url("/profile/edit/more/")
    expect(page.get_by_label("A few words about you")).to_have_value("Rows and sings.")
    save(page)
    page.wait_for_url("**/profile/")
    assert UserProfile.objects.get().bio == "Rows and sings."
    wait_until(page, "sessionStorage.typed === '{}'")


def test_somebody_else_does_not_see_it(page, live, customer, sign_in):
    type_words(sign_in(page, customer), "Rows and sings.")
    Session.objects.all().delete()
    save(page)
    page.wait_for_url("**/login/")
    sign_in_by_code(page, live, DAVE)
    page.wait_for_url("**/profile/complete/about/")
    wait_until(page, "sessionStorage.typed === '{}'")


def test_without_javascript_what_was_typed_waits_on_a_page(plain, live, customer, sign_in):
    type_words(sign_in(plain, customer), "Rows & sings.")
    Session.objects.all().delete()
    save(plain)
    expect(plain.get_by_role("heading", name="You are logged out")).to_be_visible()
    with plain.context.expect_page() as opened:
        plain.get_by_role("link", name="Log in, in another tab").click()
    tab = opened.value
    tab.has_script = False
    tab.get_by_label("Mobile number").fill(ALICE)
    tab.get_by_role("button", name="Text me a code").click()
    send_code(tab, live.last_code(ALICE))
    tab.wait_for_url("**/profile/**")
    plain.get_by_role("button", name="Go on").click()
    expect(plain.get_by_text(OUT_OF_DATE)).to_be_visible()
    expect(plain.get_by_label("A few words about you")).to_have_value("Rows & sings.")
    save(plain)
    expect(plain.get_by_role("heading", name="Alice D'Souza").first).to_be_visible()
    assert UserProfile.objects.get().bio == "Rows & sings."


def test_logging_out_forgets_what_was_kept(page, customer, sign_in):
    sign_in(page, customer).goto("/profile/")
    page.evaluate("sessionStorage.typed = JSON.stringify({a: 1})")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_text("You are logged out.")).to_be_visible()
    assert page.evaluate("sessionStorage.typed") is None
