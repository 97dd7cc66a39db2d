"""The desk in Hindi: every page, what is cached and compared, and what stays as it is."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import ApiToken
from leads.flows import claiming, contact, saved_views
from leads.flows.status import change_status
from leads.models import ImportBatch, Lead, LeadExport
from leads.models.lead import Status
from leads.models.lead_event import CallOutcome

READ_OUT = {"aria-label", "title", "placeholder", "alt", "data-label"}
SPOKEN_BY_SCRIPT = {
    *("data-one", "data-many", "data-one-above", "data-many-above"),
    *("data-live", "data-paused", "data-lost", "data-pause", "data-go-on"),
}
OF_ALL_PAGES = {"(optional)", "Please check these fields. Nothing is saved yet."}
STAY = {
    *("CSV", "SMS", "MiB", "UTF", "WhatsApp", "Loopin", "IN", "INR", "USD"),
    *("phone", "name", "email", "consent", "note", "follow", "up", "yes", "no", "number", "count"),
    *(
        "sam",
        "sita",
        "anil",
        "hari",
        "mona",
        "in",
        "Carol",
        "Rang",
        "Mine",
        "list",
        "csv",
        "Esc",
        "Enter",
    ),
}
"""Names, what a file's columns are called, keys, and words that Hindi has from English."""


class Words(HTMLParser):
    """The words between <main> and </main>, those that are only read out among them."""

    def __init__(self):
        super().__init__()
        self.found, self.inside, self.silent = [], 0, 0

    def handle_starttag(self, tag, attrs):
        self.inside += tag == "main"
        self.silent += tag in ("script", "style")
        if self.inside:
            read = READ_OUT | SPOKEN_BY_SCRIPT
            self.found += [value for name, value in attrs if name in read and value]

    def handle_endtag(self, tag):
        self.inside -= tag == "main"
        self.silent -= tag in ("script", "style")

    def handle_data(self, data):
        if self.inside and not self.silent:
            self.found.append(data)


def english_left(response):
    """Words in Latin letters that are no names, with where they stand."""
    parser = Words()
    parser.feed(response.content.decode())
    assert parser.found
    return [
        (word, " ".join(text.split()))
        for text in parser.found
        if text.strip() not in OF_ALL_PAGES
        for word in re.findall(r"[A-Za-z]{2,}", text)
        if word not in STAY
    ]


@pytest.fixture
def hindi(browser_of):
    """`hindi(user)`: a browser whose reader chose Hindi."""

    def sign_in(user):
        browser = browser_of(user)
        browser.cookies["django_language"] = "hi"
        return browser

    return sign_in


@pytest.fixture
def busy(lead, staff, sales_manager):
    """Carol's lead, with much in its timeline."""
    claiming.claim(lead.pk, actor=staff)
    contact.reveal(lead.pk, actor=staff)
    later = timezone.now() + timedelta(days=2)
    contact.log_call(lead.pk, CallOutcome.CALL_BACK, actor=staff, note="Rang", call_back_at=later)
    change_status(lead.pk, Status.CONTACTED, actor=staff)
    contact.set_follow_up(lead.pk, None, actor=staff)
    claiming.assign(lead.pk, staff, actor=sales_manager)
    lead.refresh_from_db()
    return lead


PAGES = [
    *("/leads/", "/leads/?status=new&country=in&created_from=2026-01-01&q=981", "/leads/?q=9"),
    *("/leads/?status=lost", "/leads/views/", "/leads/shift/", "/leads/import/", "/leads/export/"),
    *("/leads/export/?status=new", "/leads/insights/", "/leads/insights/?days=1"),
    *(
        "/leads/insights/?first=2026-02-30&last=",
        "/leads/insights/?first=2026-02-02&last=2026-01-01",
    ),
]


@pytest.mark.parametrize("path", PAGES)
def test_no_english_is_left_on_a_page_of_the_desk(path, hindi, busy, sales_admin):
    saved_views.save("Mine", "status=new", owner=sales_admin, is_shared=True)
    response = hindi(sales_admin).get(path)
    assert response.status_code == 200
    assert english_left(response) == []


@pytest.mark.parametrize("who", ["staff", "sales_manager", "sales_admin"])
def test_no_english_is_left_on_a_lead(who, request, hindi, busy):
    response = hindi(request.getfixturevalue(who)).get(f"/leads/{busy.pk}/")
    assert english_left(response) == []
    assert "संपर्क के लिए सहमति" not in response.content.decode()
    assert "कॉल किया" in response.content.decode()


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        ("call", {"outcome": "call_back"}),
        ("note", {"text": "।" * 2001}),
        ("follow-up", {"at": "2020-01-01T10:00"}),
        ("follow-up", {"at": "soon"}),
        ("status", {"status": "converted"}),
        ("status", {"status": "१"}),
        ("assign", {"agent": "0"}),
        ("verify", {"reason": ""}),
        ("undo-verification", {}),
        ("forget", {"digits": "000"}),
    ],
)
def test_refusals_are_in_hindi(action, sent, hindi, busy, manager):
    claiming.assign(busy.pk, manager, actor=manager)
    response = hindi(manager).post(f"/leads/{busy.pk}/{action}/", sent)
    assert response.status_code >= 400
    assert english_left(response) == []


def test_what_was_done_is_said_in_hindi(hindi, lead, staff, do):
    desk = hindi(staff)
    assert "यह लीड आपके पास है।" in do(desk, lead, "claim").content.decode()
    page = desk.post(f"/leads/{lead.pk}/note/", {"text": "Rang"}, follow=True)
    assert "नोट सेव हो गया।" in page.content.decode()
    words = do(desk, lead, "status", {"status": "contacted"}).content.decode()
    assert "नया → संपर्क हुआ" in words
    page = desk.post("/leads/bulk/", {"do": "status"}, follow=True)
    assert "पहले लीड चुनें।" in page.content.decode()
    page = desk.post(
        "/leads/bulk/", {"do": "status", "status": "new", "lead": lead.pk}, follow=True
    )
    words = "0 बदले, 1 नहीं: संपर्क हुआ के बाद नया नहीं आ सकता। (1)"
    assert words in page.content.decode()


def test_somebody_without_a_role_is_told_in_hindi(hindi, staff):
    staff.groups.clear()
    assert "सेल्स रोल" in hindi(staff).get("/leads/").content.decode()


FILE = """phone,email,consent,follow-up,shoe size
9812300001,,perhaps,2020-01-01,7
9812300003,,yes,soon,7
9812300002,,yes,2099-01-01,7
9812300002,,yes,2099-01-01,7
"""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"\xff\xfe",
        b"\xe9",
        b"name\nAsha",
        b"phone\n",
        b'phone\n"9"8',
        b"phone,mobile\n1,1",
    ],
)
def test_a_file_is_refused_in_hindi(content, hindi, sales_manager):
    file = SimpleUploadedFile("list.csv", content)
    response = hindi(sales_manager).post("/leads/import/", {"file": file, "region": "IN"})
    assert response.status_code == 422
    assert english_left(response) == []


def test_an_import_is_explained_in_hindi(hindi, sales_manager):
    desk = hindi(sales_manager)
    file = SimpleUploadedFile("list.csv", FILE.encode())
    preview = desk.post("/leads/import/", {"file": file, "region": "IN"}, follow=True)
    given = {"shoe", "size", "YYYY", "MM", "DD"}
    assert {word for word, _ in english_left(preview)} == given
    assert "yes या no लिखें" in preview.content.decode()
    batch = ImportBatch.objects.get()
    done = desk.post(f"/leads/imports/{batch.pk}/", follow=True)
    assert {word for word, _ in english_left(done)} == given
    errors = desk.get(f"/leads/imports/{batch.pk}/errors.csv").content.decode()
    assert errors.startswith("\ufeffrow,column,reason")


def test_an_export_is_explained_in_hindi_and_stays_as_it_is(hindi, busy, sales_admin):
    desk = hindi(sales_admin)
    page = desk.post("/leads/export/", {"confirmed": "yes", "numbers": "masked"}, follow=True)
    assert english_left(page) == []
    export = LeadExport.objects.get()
    response = desk.get(f"/leads/exports/{export.pk}/leads.csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert '"stopped by","status"' in lines[0]
    assert '"Web"' in lines[1] or '"App"' in lines[1]
    assert '"Contacted"' in lines[1]
    assert english_left(desk.get(f"/leads/exports/{export.pk}/")) == []


def test_figures_as_a_file_stay_as_they_are(hindi, browser_of, busy, sales_manager):
    path = "/leads/insights/?days=7&format=csv"
    content = hindi(sales_manager).get(path).content
    assert content == browser_of(sales_manager).get(path).content
    assert b"Funnel,Verified,Leads,0" in content


def test_a_row_is_made_for_each_language(hindi, browser_of, busy, staff):
    """Rows are kept for all who may read the same."""
    english, other = browser_of(staff), hindi(staff)
    for _ in range(2):
        assert "Contacted" in english.get("/leads/").content.decode()
        page = other.get("/leads/").content.decode()
        assert "संपर्क हुआ" in page
        assert "Contacted" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/leads/", "/leads/?status=new", "/leads/follow-ups/", "lead"])
def test_a_switched_language_is_a_change(path, browser_of, lead, staff, settled):
    desk = browser_of(staff)
    path = f"/leads/{lead.pk}/" if path == "lead" else path
    settled()
    for language in ("hi", "en"):
        poll = {"HX-Request": "true", "If-None-Match": desk.get(path)["ETag"]}
        assert desk.get(path, headers=poll).status_code == 304
        desk.cookies["django_language"] = language
        answer = desk.get(path, headers=poll)
        assert answer.status_code == 200
        assert answer["Content-Language"] == language


@pytest.mark.django_db(transaction=True)
def test_the_language_of_a_browser_is_enough(browser_of, lead, staff, settled):
    desk = browser_of(staff)
    settled()
    poll = {"HX-Request": "true", "If-None-Match": desk.get("/leads/")["ETag"]}
    assert desk.get("/leads/", headers=poll).status_code == 304
    answer = desk.get("/leads/", headers=poll | {"Accept-Language": "hi-IN,hi;q=0.9,en;q=0.8"})
    assert "संपर्क" in answer.content.decode()


def test_months_are_in_hindi_and_digits_are_not(hindi, lead, staff):
    Lead.objects.update(created_at="2026-03-09T10:00:00+05:30")
    page = hindi(staff).get("/leads/").content.decode()
    assert "9 मार्च, 10:00" in page


def test_the_staff_api_keeps_its_codes(api, staff, token_of, lead):
    """The words for people follow the caller's language; what programs read does not."""
    token = ApiToken.objects.make(staff.pk, name="t", scopes=["leads:read"], days=1)
    told = [
        api.get(f"/api/leads/{lead.pk}", token=token, headers=headers).json()["data"]
        for headers in ({}, {"Accept-Language": "hi"})
    ]
    for one in told:
        assert one["status"] == "new"
        assert one["source"] == "api"
        assert [event["kind"] for event in one["timeline"]] == ["code_requested"]
    assert [one["timeline"][-1]["label"] for one in told] == ["Asked for a code", "कोड माँगा"]
    gone = api.get("/api/leads/0", token=token, headers={"Accept-Language": "hi"}).json()
    assert gone["code"] == "lead_not_found"
    assert gone["message"] == "ऐसा कोई लीड नहीं है, या उस पर कोई और काम कर रहा है।"
