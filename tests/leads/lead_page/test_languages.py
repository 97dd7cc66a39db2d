"""The desk in Hindi: its pages, what it refuses, and what it says was done."""

from django.core.files.uploadedfile import SimpleUploadedFile

from leads.actions import claim
from leads.desk import saved_views
from leads.models import ImportBatch, LeadExport
from tests.hindi import english_left
from tests.leads.transfer.steps import act, choose, upload

PAGES = [
    *("/leads/", "/leads/?status=new&country=in&created_from=2026-01-01&q=981", "/leads/?q=9"),
    *("/leads/?status=lost", "/leads/views/", "/leads/shift/", "/leads/import/", "/leads/export/"),
    *("/leads/export/?status=new", "/leads/insights/", "/leads/insights/?days=1"),
    *(
        "/leads/insights/?first=2026-02-30&last=",
        "/leads/insights/?first=2026-02-02&last=2026-01-01",
    ),
]


def test_no_english_is_left_on_a_page_of_the_desk(hindi, busy, sales_admin):
    saved_views.save("Mine", "status=new", owner=sales_admin, is_shared=True)
    desk = hindi(sales_admin)
    for path in PAGES:
        response = desk.get(path)
        assert response.status_code == 200, path
        assert english_left(response) == [], path


def test_no_english_is_left_on_a_lead(hindi, busy, staff, sales_manager, sales_admin):
    for reader in (staff, sales_manager, sales_admin):
        response = hindi(reader).get(f"/leads/{busy.pk}/")
        assert english_left(response) == []
        assert "संपर्क के लिए सहमति" not in response.content.decode()
        assert "कॉल किया" in response.content.decode()


REFUSED = [
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
]


def test_refusals_are_in_hindi(hindi, busy, manager):
    claim.assign(busy.pk, manager, actor=manager)
    desk = hindi(manager)
    for action, sent in REFUSED:
        response = desk.post(f"/leads/{busy.pk}/{action}/", sent)
        assert response.status_code >= 400, action
        assert english_left(response) == [], action


def test_what_was_done_is_said_in_hindi(hindi, lead, staff, do):
    desk = hindi(staff)
    assert "यह लीड आपके पास है।" in do(desk, lead, "claim").content.decode()
    page = desk.post(f"/leads/{lead.pk}/note/", {"text": "Rang"}, follow=True)
    assert "नोट सेव हो गया।" in page.content.decode()
    words = do(desk, lead, "status", {"status": "contacted"}).content.decode()
    assert "नया की जगह संपर्क हुआ" in words
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


BROKEN_FILES = [
    b"",
    b"\0",
    b"\xff\xfe",
    b"\xe9",
    b"name\nAsha",
    b"phone\n",
]


def test_a_file_is_refused_in_hindi(hindi, sales_manager):
    desk = hindi(sales_manager)
    for content in BROKEN_FILES:
        file = SimpleUploadedFile("list.csv", content)
        response = desk.post("/leads/import/", {"file": file, "region": "IN"})
        assert response.status_code == 422, content
        assert english_left(response) == [], content


def test_an_import_is_explained_in_hindi(hindi, sales_manager):
    desk = hindi(sales_manager)
    batch = upload(desk, FILE)
    given = {"email", "consent", "follow", "up", "shoe", "size", "soon", "perhaps", "phone"}
    given |= {"YYYY", "MM", "DD"}
    pages = [desk.get(f"/leads/imports/{batch.pk}/columns/")]
    choose(desk, batch)
    pages.append(desk.get(f"/leads/imports/{batch.pk}/"))
    assert "yes या no लिखें" in pages[-1].content.decode()
    act(desk, batch, "confirm")
    pages += [desk.get(f"/leads/imports/{batch.pk}/"), desk.get("/leads/import/")]
    act(desk, batch, "undo")
    pages.append(desk.get(f"/leads/imports/{batch.pk}/"))
    for state in ("reading", "writing", "undoing", "cancelled", "failed"):
        ImportBatch.objects.update(state=state)
        pages.append(desk.get(f"/leads/imports/{batch.pk}/"))
    for page in pages:
        assert {word for word, _ in english_left(page)} <= given


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
