"""What an agent can find out of a number that is masked for them: what is shown, and no more."""

import hashlib
import re

import pytest
from django.core import signing
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import ApiToken, PendingNumber, SecurityEvent, Session, User
from accounts.models.security_event import Kind
from leads.actions import claim, contact
from leads.desk import saved_views
from leads.models import ImportBatch, Lead, SavedView
from leads.models.lead_event import EventKind
from leads.resume import flows as resume
from leads.transfer import importing
from leads.transfer.errors import PreviewsUsedUp
from tests.cast import ALICE, BOB, DAVE
from tests.each import each

HTMX = {"HX-Request": "true"}
NATIONAL = ALICE.removeprefix("+91")


@pytest.fixture
def alice_lead(db) -> Lead:
    return lead(ALICE, name="Asha Rao", email="asha@example.com", consent_at=timezone.now())


def lead(phone_number, **changes):
    Lead.objects.advance(phone_number, EventKind.CODE_REQUESTED)
    Lead.objects.filter(phone_number=phone_number).update(**changes)
    return Lead.objects.get(phone_number=phone_number)


@pytest.fixture
def ask(staff, browser_of, api):
    """`ask(door)`: a search through this door, which says how many leads it found."""
    browser, token = (
        browser_of(staff),
        ApiToken.objects.create_token(staff.pk, name="test", scopes=["leads:read"], days=90),
    )

    def desk(typed):
        response = browser.get("/leads/", {"q": typed})
        return response.content.decode().count("<tr") and len(response.context["page"].leads)

    def poll(typed):
        """With the ETag of an empty search before it, as an open desk asks."""
        response = browser.get("/leads/", {"q": typed}, headers=HTMX)
        return len(response.context["page"].leads)

    def staff_api(typed):
        answer = api.get("/api/leads/", data={"q": typed}, token=token).json()
        return len(answer["data"]["leads"])

    def saved(typed):
        SavedView.objects.all().delete()
        saved_views.save("View", f"q={typed}", owner=staff)
        [entry] = browser.get("/leads/views/").context["entries"]
        return int(entry["count"] or 0)

    doors = {"desk": desk, "htmx": poll, "api": staff_api, "saved view": saved}
    return lambda door: doors[door]


def read_digits(search, shown="376"):
    """The attack: lengthen what is known by one digit, before it or after it, while it is found.

    Returns what was found out, and how often was asked.
    """
    known, asked = shown, 0
    while True:
        guesses = [f"{digit}{known}" for digit in range(10)] + [f"{known}{n}" for n in range(10)]
        for guess in guesses:
            asked += 1
            if search(guess):
                known = guess
                break
        else:
            return known, asked


@each("door", ["desk", "htmx", "api", "saved view"])
def test_a_number_cannot_be_read_digit_by_digit(alice_lead, ask, door):
    known, _ = read_digits(ask(door))
    assert len(known) <= 4  # the last four find it, and tell one digit more than is shown


def test_somebody_who_may_have_all_numbers_searches_inside_them(
    alice_lead, sales_admin, browser_of
):
    browser = browser_of(sales_admin)
    found = lambda typed: len(browser.get("/leads/", {"q": typed}).context["page"].leads)  # noqa: E731
    assert read_digits(found)[0] == ALICE[1:]
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
        ("leads_importbatch", {"leads__0__phone_number__startswith": "+91"}),
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


def test_walking_along_the_digits_is_reported_once_and_managers_are_told(
    alice_lead, ask, staff, sales_manager, browser_of, mailoutbox
):
    User.objects.filter(pk=sales_manager.pk).update(email="hari@example.com")
    read_digits(ask("desk"))
    [event] = SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED)
    assert event.user_id == staff.pk
    assert NATIONAL[-4:] not in str(event.data)
    [message] = mailoutbox
    assert message.to == ["hari@example.com"]
    assert "sam" in message.body
    assert "sam searched for one number after another" in page_of(browser_of(sales_manager))
    assert "searched for one number" not in page_of(browser_of(staff))


def page_of(browser):
    return browser.get("/leads/").content.decode()


def test_many_different_numbers_are_reported(db, ask, staff):
    search = ask("api")
    for number in range(30):
        search(f"+91 98765 {number * 3141 % 100000:05d}")
    assert not SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED).exists()
    search("+91 98765 99999")
    assert SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED).count() == 1


def test_using_up_the_day_is_reported(db, ask, staff, settings):
    settings.REVEALS_PER_DAY = 2
    browser_asks = ask("desk")
    for typed in ("1357", "2468", "9753", "8642"):
        browser_asks(typed)
    [event] = SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED)
    assert (event.user_id, event.data) == (staff.pk, {"how": "used up the searches of a day"})


def test_typing_a_number_with_pauses_is_not_reported(alice_lead, ask, staff):
    """The desk searches while somebody types; a digit is mistyped and mended."""
    for typed in ("620", "62058", "620582", "62058293", "620582938", "62058293", "6205829376"):
        ask("htmx")(typed)
    assert not SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED).exists()
    assert contact.reveals_today(staff.pk) == 1


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


def test_only_so_many_files_a_day_say_how_many_numbers_are_known(sales_manager):
    content = f"phone\n{ALICE}\n".encode()
    for _ in range(20):
        importing.preview(content, file_name="x.csv", actor=sales_manager)
    with pytest.raises(PreviewsUsedUp):
        importing.preview(content, file_name="x.csv", actor=sales_manager)
    assert ImportBatch.objects.count() == 20
    assert SecurityEvent.objects.filter(kind=Kind.NUMBERS_HARVESTED).count() == 1


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


@pytest.fixture
def link(alice_lead, staff):
    """Where a copied link leads."""
    claim.claim(alice_lead.pk, actor=staff)
    return resume.create(alice_lead.pk, actor=staff, by_sms=False).removeprefix(
        "https://loopin.example"
    )


def all_that_a_browser_has(browser, *responses):
    """Every page and header it got, and its cookies, as they are and as they can be read."""
    cookies = [cookie.value for cookie in browser.cookies.values()]
    parts = [
        part for response in responses for part in (response.content.decode(), response.headers)
    ]
    return str([parts, cookies, dict(browser.session)])


def test_whoever_follows_a_copied_link_reads_no_number(link, sms, staff):
    browser = Client()
    opened = browser.get(link)
    sent = browser.post(link)
    verify = browser.get("/verify/")
    wrong = browser.post("/verify/", {"otp_code": "0000"})
    again = browser.post("/resend/")
    pages = [browser.get(path) for path in ("/", "/signup/", "/login/", "/forgot-password/")]
    assert "+91 ••••• ••376" in verify.content.decode()
    told = all_that_a_browser_has(browser, opened, sent, verify, wrong, again, *pages)
    for hidden in (NATIONAL, NATIONAL[:5], "62058 29376"):
        assert hidden not in told
    assert sms.messages[-1]["To"] == ALICE


def test_the_person_who_follows_it_signs_in_with_the_code(link, sms):
    browser = Client()
    browser.post(link)
    response = browser.post("/verify/", {"otp_code": sms.last_code(ALICE)})
    assert response["Location"] == "/profile/"
    assert User.objects.get(phone_number=ALICE).is_verified


def test_a_number_that_was_typed_is_shown_to_its_browser_and_is_in_no_cookie(db, sms):
    browser = Client()
    browser.post("/signup/", {"phone_number": ALICE})
    page = browser.get("/verify/").content.decode()
    assert ALICE in page
    assert 'value="62058 29376"' in browser.get("/signup/").content.decode()
    [cookie] = [c.value for name, c in browser.cookies.items() if name == "sessionid"]
    held = signing.loads(cookie, salt="django.contrib.sessions.backends.signed_cookies")
    assert NATIONAL not in str(held)
    assert PendingNumber.objects.get().pk.hex == held["phone_number"]


def test_a_stranger_does_not_fill_the_table_of_pending_numbers(db, sms):
    """The code was sent moments ago, so that asking again sends nothing and counts nothing."""
    for _ in range(103):
        response = Client().post("/signup/", {"phone_number": ALICE})
    assert PendingNumber.objects.count() == 1 + 100
    assert response.status_code == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.7").post("/signup/", {"phone_number": ALICE})
    assert elsewhere["Location"] == "/verify/"


def test_following_a_link_after_typing_a_number_shows_the_typed_one_no_more(link, sms):
    browser = Client()
    browser.post("/signup/", {"phone_number": DAVE})
    browser.post(link)
    page = browser.get("/verify/").content.decode()
    assert "+91 ••••• ••376" in page
    assert NATIONAL not in page
    assert DAVE not in browser.get("/signup/").content.decode()


@each("name", ["", "nonsense", "0" * 32, ALICE, None, 7])
def test_a_cookie_that_names_no_number_leads_back_to_the_first_step(db, name):
    browser = Client()
    session = browser.session
    session["phone_number"] = name
    session.save()
    browser.cookies["sessionid"] = session.session_key
    assert browser.get("/verify/")["Location"] == "/signup/"
    assert browser.get("/signup/").status_code == 200


def test_a_pending_number_ends_after_a_day(db, sms, travel):
    browser = Client()
    browser.post("/signup/", {"phone_number": ALICE})
    travel(24 * 3600 + 1)
    assert browser.get("/verify/")["Location"] == "/signup/"
    call_command("purge")
    assert not PendingNumber.objects.exists()


def timeline(browser, lead):
    return " ".join(browser.get(f"/leads/{lead.pk}/").content.decode().split())


def opened(lead):
    return lead.events.get(kind=EventKind.RESUMED)


def test_the_timeline_tells_the_agent_s_browser_from_the_person_s(alice_lead, staff, browser_of):
    desk = browser_of(staff)
    claim.claim(alice_lead.pk, actor=staff)
    page = desk.post(f"/leads/{alice_lead.pk}/resume-link/", {"channel": "copied"})
    address = re.search(r'value="https://loopin\.example(/resume/[^"]+)"', page.content.decode())[1]
    desk.post("/logout/")
    desk.post(address)
    assert opened(alice_lead).actor == staff


def test_the_timeline_says_when_a_link_was_opened_from_where_it_was_made(
    link, alice_lead, staff, browser_of
):
    Session.objects.start(staff.pk, ip_address="203.0.113.7")
    Client(REMOTE_ADDR="203.0.113.7").post(link)
    assert (opened(alice_lead).actor, opened(alice_lead).data) == (None, {"place": "of_maker"})
    assert "from the network of whoever made the link" in timeline(browser_of(staff), alice_lead)


def test_the_timeline_says_nothing_of_a_link_opened_elsewhere(link, alice_lead, staff, browser_of):
    browser_of(staff)
    Client(REMOTE_ADDR="198.51.100.7").post(link)
    assert (opened(alice_lead).actor, opened(alice_lead).data) == (None, {})


def test_a_forged_mark_of_a_browser_is_nobody_s(link, alice_lead, staff):
    browser = Client(REMOTE_ADDR="198.51.100.7")
    browser.cookies["link_maker"] = str(staff.pk)
    browser.post(link)
    assert opened(alice_lead).actor is None
