import os
from datetime import timedelta
import pytest
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from leads.flows import claiming, contact, saved_views
from leads.flows.status import change_status
from leads.models import Lead
from leads.models.lead import Status
from leads.models.lead_event import CallOutcome, EventKind
from tests.e2e.conftest import DESKTOP, PHONE
from tests.insights import catch_up
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("e2e")]
OUT="/tmp/shots"
CSV = "phone,email,consent,follow-up,shoe size\n9812300001,,perhaps,2020-01-01,7\n9812300003,,yes,soon,7\n9812300002,,yes,2099-01-01,7\n"

def shot(page, name, full=True):
    page.wait_for_timeout(250)
    page.screenshot(path=f"{OUT}/{name}.png", full_page=full, caret="initial")

@pytest.mark.parametrize("width,scheme", [(390,"light"),(390,"dark"),(1280,"light"),(1280,"dark")])
def test_shots(open_browser, live, staff, sales_admin, width, scheme):
    os.makedirs(OUT, exist_ok=True)
    pks=[]
    for n in range(8):
        number=f"+9198123000{n:02d}"
        Lead.objects.advance(number, EventKind.CODE_REQUESTED, contact_consent=n%3!=0, source="web")
        pks.append(Lead.objects.get(phone_number=number).pk)
    first, second, third = pks[7], pks[5], pks[4]
    for pk in (first, second):
        claiming.claim(pk, actor=sales_admin)
    contact.reveal(first, actor=sales_admin)
    contact.log_call(first, CallOutcome.CALL_BACK, actor=sales_admin, note="Rang twice.", call_back_at=timezone.now()+timedelta(hours=30))
    change_status(first, Status.CONTACTED, actor=sales_admin)
    claiming.claim(third, actor=staff)
    contact.log_call(third, CallOutcome.REACHED, actor=staff)
    Lead.objects.filter(pk=second).update(created_at=timezone.now()-timedelta(hours=3), name="Asha Rao", follow_up_at=timezone.now()-timedelta(hours=1))
    Lead.objects.filter(pk=pks[1]).update(created_at=timezone.now()-timedelta(days=3), trouble="not_delivered", status="do_not_contact")
    saved_views.save("Mine", "status=new", owner=sales_admin, is_shared=True)
    catch_up()
    viewport = {"width": width, "height": 844 if width==390 else 800}
    page = open_browser(viewport=viewport, color_scheme=scheme)
    page.context.add_cookies([{"name":"django_language","value":"hi","url":live.url}])
    sales_admin.password = make_password("correct horse", hasher="pbkdf2_sha256"); sales_admin.save()
    page.goto("/leads/")
    page.locator("[name=username]").fill(sales_admin.username)
    page.locator("[name=password]").fill("correct horse")
    page.locator("[type=submit]").last.click() if False else page.keyboard.press("Enter")
    page.wait_for_url("**/leads/")
    k=f"{width}{scheme}"
    def wide(name):
        w=page.evaluate("document.documentElement.scrollWidth")
        print(k, name, "scrollWidth", w, "OVERFLOW" if w>width else "")
    page.mouse.move(1,1)
    shot(page, f"{k}-list"); wide("list")
    page.locator("details.more summary").click()
    page.locator("details.save summary").click()
    page.locator("#list tbody input[name=lead]").first.check()
    shot(page, f"{k}-list-open", full=False); wide("open")
    page.evaluate("scrollTo(0,0)"); shot(page, f"{k}-list-open2")
    page.goto("/leads/?status=new&owner=none&country=in&created_from=2026-01-01&sort=active"); shot(page, f"{k}-filters", full=False); wide("filters")
    page.goto("/leads/"); page.locator(f"#open-{first}").click(); page.wait_for_selector("#drawer #detail-number"); shot(page, f"{k}-drawer", full=False); wide("drawer")
    page.goto("/leads/"); page.locator("#show-help").click(); shot(page, f"{k}-help", full=False)
    page.goto(f"/leads/{first}/")
    for d in page.locator("details.folded").all(): d.evaluate("e=>e.open=true")
    shot(page, f"{k}-lead"); wide("lead")
    for path, name in [("/leads/shift/","shift"),("/leads/import/","import"),("/leads/export/?status=new","export"),("/leads/insights/","insights"),("/leads/views/","views")]:
        page.goto(path)
        if name=="import":
            for d in page.locator("#step details").all(): d.evaluate("e=>e.open=true")
        page.wait_for_timeout(400 if name=="insights" else 50)
        shot(page, f"{k}-{name}"); wide(name)
    page.goto("/leads/import/")
    page.set_input_files("input[type=file]", {"name":"list.csv","mimeType":"text/csv","buffer":CSV.encode()})
    page.locator("#import button.primary").click(); page.wait_for_url("**/imports/**"); shot(page, f"{k}-imported"); wide("imported")
    page.goto("/leads/export/"); page.locator("#export button.primary").click(); page.wait_for_url("**/exports/**"); page.wait_for_timeout(2500); shot(page, f"{k}-exported"); wide("exported")
