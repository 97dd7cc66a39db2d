"""A masked number is found by its last digits or by all of it, at every door."""

import hashlib

import pytest
from django.urls import reverse

from accounts.models import ApiToken, SecurityEvent, User
from accounts.models.security_event import Kind
from leads.actions import claim, contact
from leads.models import Lead
from tests.cast import ALICE, BOB
from tests.each import each
from tests.leads.masking.conftest import HTMX, NATIONAL, lead, read_digits


@each("door", ["desk", "htmx", "api", "saved view"])
def test_a_number_cannot_be_read_digit_by_digit(alice_lead, ask, door):
    known, _ = read_digits(ask(door))
    assert len(known) <= 4  # the last four find it, and tell one digit more than is shown


def test_somebody_who_may_have_all_numbers_searches_inside_them(
    alice_lead, sales_admin, browser_of
):
    browser = browser_of(sales_admin)
    found = lambda typed: len(browser.get("/leads/", {"q": typed}).context["page"].leads)  # noqa: E731
    assert [found(part) for part in ("293", "8293", NATIONAL[:6], ALICE[1:9])] == [1, 1, 1, 1]
    assert not SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED).exists()
    assert contact.reveals_today(sales_admin.pk) == 0


@each(
    "typed, is_found",
    [
        ("9376", True),
        ("93-76", True),
        ("62058 29376", True),
        ("06205829376", True),
        ("+91 (62058) 29376", True),
        ("916205829376", True),
        ("0091 6205829376", True),
        ("376", False),
        ("29376", False),
        ("829376", False),
        ("6205", False),
        ("620582937", False),
        ("+9162058", False),
        ("9376 asha", False),
        ("376 a", False),
        ("९३७६", True),
        ("asha", True),
        ("asha rao asha@", True),
        ("Example.com", True),
    ],
)
def test_agents_find_by_name_by_the_whole_number_and_by_its_last_four_digits(
    alice_lead, ask, typed, is_found
):
    for door in ("desk", "api"):
        assert ask(door)(typed) == is_found


def test_a_number_abroad_is_found_with_its_code_or_with_its_country(db, staff, browser_of):
    lead("+971501234567")
    browser = browser_of(staff)
    for query, count in (
        ("q=501234567", 0),
        ("q=501234567&country=ae", 1),
        ("q=%2B971 50 1234567", 1),
        ("q=501234567&country=zz", 0),
    ):
        assert len(browser.get(f"/leads/?{query}").context["page"].leads) == count, query


def test_inside_a_number_searches_only_who_revealed_it(
    alice_lead, ask, staff, colleague, browser_of
):
    claim.claim(alice_lead.pk, actor=staff)
    assert ask("desk")("05829") == 0
    contact.reveal(alice_lead.pk, actor=staff)
    assert ask("desk")("05829") == 1
    assert ask("api")("05829") == 1
    claim.release(alice_lead.pk, actor=staff)
    assert ask("desk")("05829") == 0
    other = browser_of(colleague)
    assert len(other.get("/leads/?q=05829").context["page"].leads) == 0


def test_digits_in_a_name_or_an_address_are_found_as_before(alice_lead, ask):
    lead(BOB, email="bob1987@example.com")
    assert ask("desk")("1987") == 1
    assert ask("desk")("987@") == 1


def test_searches_by_number_count_with_the_reveals(alice_lead, staff, browser_of, settings):
    settings.REVEALS_PER_DAY = 3
    browser = browser_of(staff)
    for typed in ("9376", "9376", "93 76", "asha", "29376", "1111"):
        assert browser.get("/leads/", {"q": typed}).status_code == 200
    assert contact.reveals_today(staff.pk) == 2
    claim.claim(alice_lead.pk, actor=staff)
    contact.reveal(alice_lead.pk, actor=staff)
    response = browser.get("/leads/", {"q": "2222"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "You have looked for as many numbers" in response.content.decode()
    assert response.context["page"].leads == []
    assert browser.get("/leads/", {"q": "9376"}).status_code == 200  # it was counted already
    assert browser.get("/leads/", {"q": "asha"}).status_code == 200


@each("door", ["/leads/", "/api/leads/", "/leads/export/", "/django/admin/leads/lead/"])
def test_no_door_searches_on_when_the_day_is_used_up(
    alice_lead, sales_manager, api, browser_of, settings, door
):
    User.objects.filter(pk=sales_manager.pk).update(is_superuser=False)
    give(sales_manager, "view_lead")
    settings.REVEALS_PER_DAY = 1
    browser = browser_of(sales_manager)
    token = ApiToken.objects.create_token(
        sales_manager.pk, name="test", scopes=["leads:read"], days=90
    )
    get = (
        browser.get
        if not door.startswith("/api")
        else (lambda path, data: api.get(path, data=data, token=token))
    )
    assert get(door, {"q": "1234"}).status_code == 200
    for _ in range(2):
        assert get(door, {"q": "9376"}).status_code == 429
    assert get(door, {"q": "1234"}).status_code == 200


def give(user, codename):
    from django.contrib.auth.models import Permission

    user.user_permissions.add(Permission.objects.get(codename=codename))


def test_an_export_finds_no_more_than_the_desk(alice_lead, sales_manager, browser_of):
    browser = browser_of(sales_manager)
    for typed, count in (("29376", 0), ("9376", 1), ("6205829376", 1), ("62058", 0)):
        assert browser.get("/leads/export/", {"q": typed}).context["count"] == count
    refused = browser.post("/leads/export/?q=29376", {"confirmed": "yes", "numbers": "masked"})
    assert refused.status_code == 409
    assert contact.reveals_today(sales_manager.pk) == 2


def test_the_admin_filters_by_no_part_of_a_number(alice_lead, manager, browser_of):
    browser = browser_of(manager)
    for name, query in (
        ("leads_lead", {"phone_number__startswith": "+9162"}),
        ("leads_lead", {"phone_number": ALICE}),
        ("leads_lead", {"user__phone_number__startswith": "+9162"}),
        ("leads_importbatch", {"staged__phone_number__startswith": "+91"}),
        ("leads_importbatch", {"sample__0__0__startswith": "+91"}),
    ):
        url = reverse(f"admin:{name}_changelist")
        assert browser.get(url, query).status_code in (302, 400), query


def test_the_admin_searches_as_the_desk_does(alice_lead, staff, browser_of):
    give(staff, "view_lead")
    browser, url = browser_of(staff), reverse("admin:leads_lead_changelist")
    found = lambda typed: "•376" in browser.get(url, {"q": typed}).content.decode()  # noqa: E731
    assert [found(typed) for typed in ("9376", "asha", "29376", "62058")] == [
        True,
        True,
        False,
        False,
    ]


def test_the_admin_s_page_of_a_lead_has_no_number(alice, staff, browser_of):
    """An account is called by its number."""
    give(staff, "view_lead")
    customer = Lead.objects.get(phone_number=ALICE)
    assert customer.user_id
    page = browser_of(staff).get(reverse("admin:leads_lead_change", args=[customer.pk]))
    assert page.status_code == 200
    assert NATIONAL not in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_poll_answers_nothing_about_a_search_that_was_not_counted(
    alice_lead, staff, browser_of, settled
):
    """304 would say that no changed lead has the number, as often as somebody asks."""
    settled()
    browser = browser_of(staff)
    etag = browser.get("/leads/")["ETag"]
    fingerprint, _, position = etag.strip('"').partition(".")
    url = f"/leads/?q={BOB[3:]}"
    rights = ",".join(sorted(staff.get_all_permissions()))
    known = hashlib.sha256(f"{staff.pk} {rights} en {url}".encode()).hexdigest()[:32]
    for forged in (fingerprint, known):
        headers = HTMX | {"If-None-Match": f'"{forged}.{position}"'}
        assert browser.get(url, headers=headers).status_code == 200
    assert contact.reveals_today(staff.pk) == 1
    etag = browser.get(url, headers=HTMX)["ETag"]
    headers = HTMX | {"If-None-Match": etag}
    assert browser.get(url, headers=headers).status_code == 304
    assert contact.reveals_today(staff.pk) == 1


def test_counting_the_same_search_again_costs_one_statement(
    alice_lead, staff, django_assert_num_queries
):
    from leads.desk import search_limits
    from leads.desk.search import Search

    staff = User.objects.get(pk=staff.pk)
    search_limits.spend(Search("9376"), staff)
    with django_assert_num_queries(1):
        search_limits.spend(Search("9376"), staff)
    with django_assert_num_queries(0):
        search_limits.spend(Search("asha"), staff)


@each("written", ["+91 62058 29376", "6205829376", "06205829376", "62058-29376", "916205829376"])
def test_a_number_in_a_note_is_masked_for_who_may_not_see_it(
    alice_lead, staff, colleague, api, browser_of, written
):
    claim.claim(alice_lead.pk, actor=staff)
    contact.reveal(alice_lead.pk, actor=staff)
    contact.write_note(alice_lead.pk, f"Ask for {written}, or 98123 45678.", actor=staff)
    assert written in browser_of(staff).get(f"/leads/{alice_lead.pk}/").content.decode()
    claim.release(alice_lead.pk, actor=staff)
    token = ApiToken.objects.create_token(colleague.pk, name="t", scopes=["leads:read"], days=9)
    page = browser_of(colleague).get(f"/leads/{alice_lead.pk}/").content.decode()
    answer = api.get(f"/api/leads/{alice_lead.pk}", token=token).content.decode()
    for text in (page, answer):
        assert "Ask for +91 ••••• ••376, or 98123 45678." in text
        assert written not in text


def test_the_etag_of_a_lead_does_not_say_which_number_fits(alice_lead, staff, browser_of, settings):
    """Whoever knows the rest of the row could try every number against a hash without a key."""
    get = lambda: browser_of(staff).get(f"/leads/{alice_lead.pk}/")["ETag"]  # noqa: E731
    etag = get()
    assert get() == etag
    settings.SECRET_KEY = "another one"
    assert get() != etag
