"""A file in and a file out, in a real browser: with and without JavaScript."""

from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from leads.models import Lead, LeadExport
from leads.models.lead_event import EventKind
from loopin.sql import execute
from tests.cast import ALICE, CAROL
from tests.e2e.conftest import DESKTOP, PHONE
from tests.waiting import eventually

pytestmark = [pytest.mark.xdist_group(__name__)]

FILE = (
    "Phone;Name;Consent;Region\n98123 45678;आशा राव;yes;North\n12;X;yes;\n98123 45678;;perhaps;\n"
).encode()

MANY = """
INSERT INTO leads_lead (phone_number, country, source, status, trouble, name, email,
                        consent_version)
SELECT '+9180' || lpad(n::text, 8, '0'), 'IN', 'web', 'new', '', '', '', ''
FROM generate_series(%s::int, %s::int) AS n
"""


@pytest.fixture
def at_desk(open_browser, sales_manager, sign_in):
    """`at_desk(**options)`: the desk of a manager."""

    def show(**options):
        page = sign_in(open_browser(**options), sales_manager)
        page.goto("/leads/")
        return page

    return show


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_file_is_matched_checked_imported_and_undone(at_desk, script, viewport):
    page = at_desk(viewport=viewport, java_script_enabled=script)
    page.get_by_role("link", name="Import").click()
    page.get_by_role("button", name="Upload the file").click()
    expect(page.get_by_text("Choose a file.").first).to_be_visible()
    file = {"name": "list.csv", "mimeType": "text/csv", "buffer": FILE}
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload the file").click()
    expect(page.get_by_role("heading", name="What are the columns?")).to_be_visible()
    expect(page.get_by_label("Phone", exact=True)).to_have_value("phone")
    assert fits(page)
    page.get_by_label("Region").select_option("Leave out")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Check before you import")).to_be_visible()
    expect(page.get_by_text("Write yes, no or nothing.")).to_be_visible()
    assert fits(page)
    assert not Lead.objects.exists()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the rows left out").click()
    assert '"12"' in downloading.value.path().read_text()
    page.get_by_role("button", name="Import 1 lead").click()
    expect(page.get_by_role("heading", name="The leads are in")).to_be_visible()
    assert Lead.objects.get().phone_number == CAROL
    assert fits(page)
    page.get_by_text("Undo this import").click()
    page.get_by_role("button", name="Undo the import").click()
    expect(page.get_by_role("heading", name="The import is undone")).to_be_visible()
    assert not Lead.objects.exists()


SLOW = """
CREATE FUNCTION wait_a_moment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END $$;
CREATE TRIGGER is_slow AFTER INSERT ON leads_importrow
FOR EACH STATEMENT EXECUTE FUNCTION wait_a_moment()
"""
AS_FAST_AS_IT_IS = """
DROP TRIGGER is_slow ON leads_importrow;
DROP FUNCTION wait_a_moment()
"""


@pytest.fixture
def slow_disk(transactional_db):
    """However fast the machine is, 12 000 rows take longer than a request may work."""
    execute(SLOW, [])
    yield
    execute(AS_FAST_AS_IT_IS, [])


def test_the_page_of_a_large_import_follows_it(slow_disk, at_desk, live):
    """No worker runs here, so the page does the work."""
    rows = "".join(f"+9198{number:08d}\n" for number in range(12_000))
    file = {"name": "l.csv", "mimeType": "text/csv", "buffer": f"phone\n{rows}".encode()}
    page = at_desk(viewport=PHONE)
    page.goto("/leads/import/")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Upload the file").click()
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Reading the file")).to_be_visible()
    assert fits(page)
    expect(page.get_by_role("heading", name="Check before you import")).to_be_visible()
    expect(page.get_by_role("button", name="Import 12,000 leads")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", name="The import was cancelled")).to_be_visible()


def test_a_file_begins_by_itself_and_its_page_follows(at_desk):
    for number in (ALICE, CAROL):
        Lead.objects.advance(number, EventKind.CODE_REQUESTED)
    page = at_desk(viewport=DESKTOP)
    page.goto("/leads/export/?q=98123 45678")
    expect(page.get_by_text("1 lead")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export").click()
    assert downloading.value.suggested_filename == "leads.csv"
    content = downloading.value.path().read_text(encoding="utf-8-sig")
    assert "(+91) ••••• ••678" in content
    assert len(content.splitlines()) == 2
    expect(page.get_by_role("heading", name="Your export is complete")).to_be_visible()
    expect(page.get_by_text("All 1 lead")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Your export is complete")).to_be_visible()


def test_a_file_is_fetched_without_javascript(at_desk):
    Lead.objects.advance(CAROL, EventKind.CODE_REQUESTED)
    page = at_desk(java_script_enabled=False)
    page.goto("/leads/export/")
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("heading", name="Your export is ready")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download").click()
    assert "••678" in downloading.value.path().read_text()
    page.get_by_role("link", name="Reload").click()
    expect(page.get_by_role("heading", name="Your export is complete")).to_be_visible()
    assert fits(page)


def test_a_download_that_is_given_up_leaves_an_honest_row(at_desk, live):
    """The reader goes away in the middle of more than any buffer holds."""
    for start in range(0, 60_000, 2_000):  # each within the time limit of a statement
        execute(MANY, [start, start + 1_999])
    page = at_desk(java_script_enabled=False)
    page.goto("/leads/export/")
    page.get_by_role("button", name="Export").click()
    expect(page.get_by_role("heading", name="Your export is ready")).to_be_visible()
    export = LeadExport.objects.get()
    cookies = "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())
    connection = HTTPConnection(urlsplit(live.url).netloc, timeout=60)
    connection.request("GET", f"/leads/exports/{export.pk}/leads.csv", headers={"Cookie": cookies})
    assert connection.getresponse().read(100_000)
    page.reload()
    expect(page.get_by_role("heading", name="Your export is on its way")).to_be_visible()
    connection.close()
    eventually(
        LeadExport.objects.filter(stopped_at__isnull=False).exists,
        seconds=60,
        failure="nobody noticed that the reader is gone",
    )
    page.reload()
    expect(page.get_by_role("heading", name="Your export was interrupted")).to_be_visible()
    export.refresh_from_db()
    assert export.finished_at is None
    assert 0 < export.rows < 60_000
